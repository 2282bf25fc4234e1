/** Puts an overlay over its base: what it says of a part stands in place of what the base says, and may only be stricter. */
import { cut } from '../cut.ts';
import type { Violation } from '../refusal.ts';
import { diffPolicies } from './diff-policies.ts';
import { GovernancePolicy } from './policy.ts';
import type { PolicyRecord } from './policy-record.ts';
import { namesTo, type PolicySource } from './policy-source.ts';
import { isSamePart, type PartPath, partsOf, partWith, withPart } from './policy-tree.ts';
import type { Effect, PolicyChange } from './value-change.ts';
import { violationsInFile } from './violation-in-file.ts';

export type BasePolicy = { readonly source: PolicySource; readonly policy: GovernancePolicy };

/** The base as an overlay makes it, or every part in which that is no policy or not stricter than the base. */
export const overlayOnBase = (
  base: BasePolicy,
  overlay: PolicySource,
): { readonly policy: GovernancePolicy } | { readonly violations: readonly Violation[] } => {
  const document = overlaid(base.source.document, demandsIn(overlay.document), []);
  const parsed = GovernancePolicy.safeParse(document);
  if (!parsed.success) {
    const violations = violationsInFile(parsed.error, GovernancePolicy, document).map(({ path, problem }) => {
      const names = namesTo(document, path);
      return { field: overlay.placeOf(names), problem: `${names.join('.')}: ${problem}` };
    });
    return { violations };
  }
  const violations = looserParts(base, overlay, parsed.data);
  return violations.length > 0 ? { violations } : { policy: parsed.data };
};

/** What an overlay says of itself is no part of a policy. */
const demandsIn = (document: unknown): unknown => {
  const { schema_version, name, change_id, scope, ...demands } = Object(document);
  return demands;
};

const overlaid = (base: unknown, over: unknown, path: PartPath): unknown => {
  const [parts, ofBase] = [partsOf(over, path), partsOf(base, path)];
  if (base === undefined || parts === undefined) return over;
  const all = new Map(ofBase);
  for (const [name, part] of parts) all.set(name, overlaid(all.get(name), part, [...path, name]));
  return partWith(all, path);
};

/**
 * The whole is judged, and then each part to find the place of a fault: a rule that raises a tier is stricter only together with
 * what the overlay adds to that tier, and two parts that are each stricter could be looser together.
 */
const looserParts = (
  { source, policy: base }: BasePolicy,
  overlay: PolicySource,
  policy: PolicyRecord,
): Violation[] => {
  const faults = notStricter(base, policy);
  const parts = faults.length === 0 ? [] : changedParts(base, policy, []);
  const places = parts.map(({ path, value }) => ({
    path,
    name: path.join('.'),
    faults: notStricter(base, withPart(base, path, value)).map(({ about }) => about),
  }));
  // One fault of a part is enough: a list of rules has one for each domain.
  const violations = new Map<string, Violation>();
  for (const fault of faults) {
    const whole = { path: ['scope'], name: fault.about, faults: [fault.about] };
    const at = [...places, whole].filter((place) => place.faults.includes(fault.about));
    for (const { path, name } of at.slice(0, 1)) {
      const problem = `${name}: ${inWords(fault, ` (${source.placeOf(path)})`)}`;
      if (!violations.has(name)) violations.set(name, { field: overlay.placeOf(path), problem });
    }
  }
  return [...violations.values()];
};

const notStricter = (before: PolicyRecord, after: PolicyRecord): PolicyChange[] =>
  diffPolicies(before, after).filter(({ effect }) => effect !== 'stricter');

/** Every demand that differs. A part that the base does not have counts as one. */
const changedParts = (before: unknown, after: unknown, path: PartPath): { path: PartPath; value: unknown }[] => {
  if (isSamePart(before, after)) return [];
  const [was, is] = [partsOf(before, path), partsOf(after, path)];
  if (before === undefined || is === undefined) return [{ path, value: after }];
  return [...is].flatMap(([name, part]) => changedParts(was?.get(name), part, [...path, name]));
};

const EFFECTS: Readonly<Record<Effect, string>> = {
  looser: 'is looser than',
  unordered: 'cannot be ordered against',
  changed: 'puts in other words',
  stricter: 'is stricter than',
};

const inWords = ({ effect, before, after }: PolicyChange, place: string): string =>
  `${short(after)} ${EFFECTS[effect]} ${short(before)} of the base${place}; an overlay may only be stricter`;

/** What a higher tier does not ask for has to be readable: its author adds it there. */
const SHOWN_MAX = 160;
const short = (text: string): string => (text.length > SHOWN_MAX ? `${cut(text, SHOWN_MAX - 1)}…` : text);
