/** What a change of the windows in which nothing is promoted lets pass. */
import type { FreezeInPolicy, PolicyRecord } from './policy-record.ts';
import { ABSENT, numberChange, type PolicyChange } from './value-change.ts';

/** Window by window, as they are named: one that is gone or about less is looser, one more or about more is stricter. */
export const freezeChanges = (before: PolicyRecord, after: PolicyRecord): PolicyChange[] => {
  const [then, now] = [byName(before), byName(after)];
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((name) =>
    changesOf(`freeze ${name}`, then.get(name), now.get(name)),
  );
};

const changesOf = (about: string, was: FreezeInPolicy | undefined, is: FreezeInPolicy | undefined): PolicyChange[] => {
  if (was === undefined || is === undefined) {
    const effect = was === undefined ? 'stricter' : 'looser';
    return [{ effect, about, before: momentsOf(was), after: momentsOf(is) }];
  }
  return [
    ...momentChanges(about, was, is),
    ...SCOPES.flatMap((scope) => scopeChange(`${about}, ${scope}`, was[scope], is[scope])),
    // Who may wait needs nobody; who is refused needs an operator.
    ...numberChange(`${about}, on_freeze`, MANNERS.indexOf(was.on_freeze), MANNERS.indexOf(is.on_freeze), 'higher').map(
      (change) => ({ ...change, before: was.on_freeze, after: is.on_freeze }),
    ),
  ];
};

const MANNERS = ['wait', 'refuse'];
const SCOPES = ['models', 'tiers', 'environments'] as const;

const byName = ({ freezes = [] }: PolicyRecord): ReadonlyMap<string, FreezeInPolicy> =>
  new Map(freezes.map((freeze) => [freeze.name, freeze]));

const momentsOf = (freeze: FreezeInPolicy | undefined): string =>
  freeze === undefined ? ABSENT : `${freeze.from} to ${freeze.until} ${freeze.zone}`;

/** Moments that are written alike, as ISO 8601 has them, can be compared as text; days of the week, and zones, cannot. */
const momentChanges = (about: string, was: FreezeInPolicy, is: FreezeInPolicy): PolicyChange[] => {
  if (momentsOf(was) === momentsOf(is)) return [];
  const areComparable = was.zone === is.zone && [was, is].every(({ from }) => /^\d/.test(from));
  const isLonger = is.from <= was.from && is.until >= was.until;
  const isShorter = is.from >= was.from && is.until <= was.until;
  const effect = !areComparable || (!isLonger && !isShorter) ? 'unordered' : isLonger ? 'stricter' : 'looser';
  return [{ effect, about, before: momentsOf(was), after: momentsOf(is) }];
};

const EVERYTHING = 'all';

/** A window that is about nothing in particular is about everything. */
const scopeChange = (
  about: string,
  was: readonly string[] | undefined,
  is: readonly string[] | undefined,
): PolicyChange[] => {
  const isWithin = (some: readonly string[] | undefined, all: readonly string[] | undefined) =>
    all === undefined || (some?.every((one) => all.includes(one)) ?? false);
  const [isNarrower, isWider] = [isWithin(is, was), isWithin(was, is)];
  if (isNarrower && isWider) return [];
  const effect = isWider ? 'stricter' : 'looser';
  const listed = (names: readonly string[] | undefined) => names?.toSorted().join(', ') ?? EVERYTHING;
  return [{ effect, about, before: listed(was), after: listed(is) }];
};
