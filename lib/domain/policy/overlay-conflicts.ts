/** Finds overlays that can apply to one model and contradict each other. */
import { cut } from '../cut.ts';
import type { Violation } from '../refusal.ts';
import { IN_OUR_WORDS } from '../wording.ts';
import { GovernancePolicy } from './policy.ts';
import type { PolicyRecord } from './policy-record.ts';
import { namesTo, type PolicySource } from './policy-source.ts';
import { type PartPath, partAt, partText } from './policy-tree.ts';
import { canMeet } from './scope.ts';
import type { ScopedOverlay } from './scoped-policies.ts';
import { stricterOf } from './stricter-of.ts';

export type LoadedOverlay = ScopedOverlay & { readonly source: PolicySource };

/**
 * Every two overlays of which neither says the stricter, with the place in both. Where every two go together, the same of more.
 * Scopes that only tags keep apart can meet: in a model that is not listed.
 */
export const overlayConflicts = (base: PolicyRecord, overlays: readonly LoadedOverlay[]): Violation[] => {
  const pairs = overlays.flatMap((one, index) =>
    overlays.slice(index + 1).flatMap((other) => (canMeet(one.scope, other.scope) ? [[one, other] as const] : [])),
  );
  const conflicts = pairs.flatMap(([one, other]) => conflictOf(base, one, [other]));
  if (conflicts.length > 0) return conflicts;
  return grow([], overlays, []).flatMap(([one, ...others]) =>
    one === undefined || others.length < 2 ? [] : conflictOf(base, one, others),
  );
};

const conflictOf = (base: PolicyRecord, one: LoadedOverlay, others: readonly LoadedOverlay[]): Violation[] => {
  let joined = one.policy;
  for (const { policy } of others) {
    const next = stricterOf(base, joined, policy);
    if ('conflict' in next) return [violation(one, others, next.conflict, 'neither is the stricter')];
    joined = next.policy;
  }
  const { error } = GovernancePolicy.safeParse(joined, IN_OUR_WORDS);
  return (error?.issues ?? []).map(({ message, path }) => violation(one, others, namesTo(joined, path), message));
};

const violation = (one: LoadedOverlay, others: readonly LoadedOverlay[], at: PartPath, why: string): Violation => {
  const saying = ({ policy }: LoadedOverlay) => {
    const part = partAt(policy, at);
    return at.length === 0 || part === undefined ? '' : ` ${cut(partText(part), 60)}`;
  };
  const place = at.length === 0 ? ['scope'] : at;
  const names = others.map((other) => `${other.name}${saying(other)} (${other.source.placeOf(place)})`).join(', ');
  return {
    field: one.source.placeOf(place),
    problem: `${at.join('.') || 'together'}: overlay ${one.name}${saying(one)} contradicts ${names}, and one model can be in the scope of all: ${why}`,
  };
};

/** Every set of overlays of which each two can meet, and that no other could join (Bron and Kerbosch). */
const grow = (
  chosen: readonly LoadedOverlay[],
  candidates: readonly LoadedOverlay[],
  done: readonly LoadedOverlay[],
): LoadedOverlay[][] => {
  if (candidates.length === 0) return done.length === 0 ? [[...chosen]] : [];
  return candidates.flatMap((next, index) => {
    const meeting = (some: readonly LoadedOverlay[]) => some.filter(({ scope }) => canMeet(scope, next.scope));
    return grow(
      [...chosen, next],
      meeting(candidates.slice(index + 1)),
      meeting([...done, ...candidates.slice(0, index)]),
    );
  });
};
