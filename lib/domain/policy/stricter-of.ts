/** Joins policies that were made from one base: of each demand the stricter holds, by the orderings of `policy diff`. */
import { diffPolicies } from './diff-policies.ts';
import { PolicyRecord } from './policy-record.ts';
import { isSamePart, type PartPath, partsOf, partText, partWith, withPart } from './policy-tree.ts';
import { without } from './value-change.ts';

/** `conflict` leads to the demand of which neither is the stricter; it is empty if that is more than one demand. */
export type Joined = { readonly policy: PolicyRecord } | { readonly conflict: PartPath };

/**
 * Establishes a policy that lets pass nothing that either of two policies stops, or that there is none. A demand that only one
 * of them changed is taken from there. Where both did, lists of demands are united, and of lists of what is accepted the
 * common part is taken, if that is stricter than both.
 */
export const stricterOf = (base: PolicyRecord, one: PolicyRecord, other: PolicyRecord): Joined => {
  const pair = { one, other };
  const conflicts: PartPath[] = [];
  const otherRules: unknown[] = [];
  const joined = join({ base, one, other }, [], (values, path) => {
    if (path[0] === RULES[0]) {
      otherRules.push(values.other);
      return values.one;
    }
    const settled = settle(values, path, pair);
    if (settled === undefined) conflicts.push(path);
    return settled?.value;
  });
  const [conflict] = conflicts;
  if (conflict !== undefined) return { conflict };
  // Rules come last: whether a higher tier is stricter depends on all that both demand there.
  const policy = [joined, ...otherRules.map((rules) => withPart(joined, RULES, rules))]
    .map((whole) => PolicyRecord.parse(whole))
    .find((whole) => isNoLooser(one, whole) && isNoLooser(other, whole));
  return policy === undefined ? { conflict: otherRules.length > 0 ? RULES : [] } : { policy };
};

const RULES = ['tier_rules'];

type Three = { readonly base: unknown; readonly one: unknown; readonly other: unknown };
type Settle = (values: Three, path: PartPath) => unknown;

const join = (nodes: Three, path: PartPath, settleDemand: Settle): unknown => {
  const { base, one, other } = nodes;
  if (isSamePart(one, other) || isSamePart(other, base)) return one;
  if (isSamePart(one, base)) return other;
  const [ofBase, ofOne, ofOther] = [partsOf(base, path), partsOf(one, path), partsOf(other, path)];
  if (ofOne === undefined || ofOther === undefined) return settleDemand(nodes, path);
  const names = new Set([...ofOne.keys(), ...ofOther.keys()]);
  const parts = [...names].map((name): [string, unknown] => [
    name,
    join({ base: ofBase?.get(name), one: ofOne.get(name), other: ofOther.get(name) }, [...path, name], settleDemand),
  ]);
  return partWith(new Map(parts), path);
};

type Pair = { readonly one: PolicyRecord; readonly other: PolicyRecord };

/** The first value that makes neither policy looser: that of one, that of the other, all of both, what both have. */
const settle = ({ one, other }: Three, path: PartPath, pair: Pair): { readonly value: unknown } | undefined =>
  [one, other, combined(one, other, allOf), combined(one, other, commonOf)]
    .map((value) => ({ value }))
    .find(({ value }) => [pair.one, pair.other].every((policy) => isNoLooser(policy, withPart(policy, path, value))));

/** Nothing of it is looser, reworded, or cannot be ordered. */
const isNoLooser = (before: PolicyRecord, after: PolicyRecord): boolean =>
  diffPolicies(before, after).every(({ effect }) => effect === 'stricter');

type Lists = (some: readonly unknown[], others: readonly unknown[]) => readonly unknown[];

/** Lists, and lists by name, as combined; anything else is as one of them says. */
const combined = (one: unknown, other: unknown, lists: Lists): unknown => {
  if (Array.isArray(one) && Array.isArray(other)) return lists(one, other);
  if (!isRecord(one) || !isRecord(other)) return one;
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    names.map((name) => [name, combined(one[name] ?? other[name], other[name] ?? one[name], lists)]),
  );
};

/** What appears twice in one of them appears twice. */
const allOf: Lists = (some, others) => [
  ...some,
  ...without(others.map(partText), some.map(partText)).map((text) => JSON.parse(text)),
];
const commonOf: Lists = (some, others) =>
  some.filter((item) => others.some((another) => partText(another) === partText(item)));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
