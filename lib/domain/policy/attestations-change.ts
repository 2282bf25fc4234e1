import * as z from 'zod';
import type { PolicyChange } from './value-change.ts';
import { itemOf } from './value-items.ts';

/** The attestations that a policy demands, as far as they say what passes: by the material of keys, whatever these are called. */
const Demands = z.array(
  z
    .looseObject({
      predicate_type: z.string(),
      subject: z.string(),
      trusted_keys: z.array(z.unknown()).default([]),
      trusted_roots: z.array(z.unknown()).default([]),
    })
    .transform(({ predicate_type: type, subject, trusted_keys: keys, trusted_roots: roots, ...rest }) => ({
      // What only another version knows of a demand makes it another one.
      about: JSON.stringify([type, subject, rest]),
      trusted: [...keys, ...roots].map(itemOf),
    })),
);
type Demand = z.infer<typeof Demands>[number];

/**
 * A change of demanded attestations; undefined if the values are no such demands. It is no looser only if each former
 * demand is still made, by the same signers or fewer: a demand that is gone, or a signer more, lets pass what was stopped.
 */
export const attestationsChange = (about: string, before: unknown, after: unknown): PolicyChange[] | undefined => {
  const [then, now] = [Demands.safeParse(before).data, Demands.safeParse(after).data];
  if (then === undefined || now === undefined) return undefined;
  const isNoLooser = then.every((demand) => now.some((other) => implies(other, demand)));
  const isNoStricter = now.every((demand) => then.some((other) => implies(other, demand)));
  if (isNoLooser && isNoStricter) return [];
  return [{ effect: isNoLooser ? 'stricter' : 'looser', about, before: '', after: '' }];
};

/** Whatever fulfils the one fulfils the other. */
const implies = (one: Demand, other: Demand): boolean =>
  one.about === other.about && one.trusted.every((signer) => other.trusted.includes(signer));
