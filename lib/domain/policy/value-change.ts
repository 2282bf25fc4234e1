/** Classifies the change of one value of a policy: stricter, looser, or neither. */

export type Effect = 'stricter' | 'looser' | 'changed';
export type PolicyChange = {
  readonly effect: Effect;
  /** The part of the policy, as people call it. */
  readonly about: string;
  readonly before: string;
  readonly after: string;
};

export const ABSENT = 'none';

/** A change of a number that has a stricter direction. */
export const numberChange = (
  about: string,
  before: number,
  after: number,
  stricter: 'higher' | 'lower',
): PolicyChange[] =>
  before === after
    ? []
    : [
        {
          effect: after > before === (stricter === 'higher') ? 'stricter' : 'looser',
          about,
          before: String(before),
          after: String(after),
        },
      ];

/** A change of a list of demands. More of them is stricter, fewer looser; a demand that appears twice counts twice. */
export const demandsChange = (about: string, before: readonly string[], after: readonly string[]): PolicyChange[] => {
  const isMore = without(after, before).length > 0;
  const isLess = without(before, after).length > 0;
  if (!isMore && !isLess) return [];
  const effect = isMore && isLess ? 'changed' : isMore ? 'stricter' : 'looser';
  return [{ effect, about, before: listed(before), after: listed(after) }];
};

const without = (list: readonly string[], taken: readonly string[]): string[] => {
  const rest = [...taken];
  return list.filter((item) => {
    const index = rest.indexOf(item);
    if (index >= 0) rest.splice(index, 1);
    return index === -1;
  });
};

/** A change of a value of which neither side is stricter. */
export const wordChange = (about: string, before: string, after: string): PolicyChange[] =>
  before === after ? [] : [{ effect: 'changed', about, before, after }];

/**
 * A change of a parameter of a check. Its name says which way is stricter: a lower `maximum`, a higher `minimum`, more
 * that is `required`, less that is `allowed`, `accepted` or `trusted`. Any other change is just a change.
 */
export const parameterChange = (about: string, name: string, before: unknown, after: unknown): PolicyChange[] => {
  const isStricterHigher = /^(minimum|require|intersections)/.test(name);
  const isStricterLower = /^(maximum|allow)/.test(name);
  if ((isStricterHigher || isStricterLower) && isNumber(before) && isNumber(after)) {
    const stricter = isStricterHigher ? 'higher' : 'lower';
    const changes = numberChange(about, Number(before), Number(after), stricter);
    return changes.map((change) => ({ ...change, before: sayValue(before), after: sayValue(after) }));
  }
  return isList(before) && isList(after)
    ? listChange(about, name, before, after)
    : wordChange(about, sayValue(before), sayValue(after));
};

const listChange = (
  about: string,
  name: string,
  before: readonly string[],
  after: readonly string[],
): PolicyChange[] => {
  if (name.startsWith('required')) return demandsChange(about, before, after);
  // An empty list means everything that the manifest names, or anything at all, so neither side is the stricter one.
  if (before.length === 0 || after.length === 0) return wordChange(about, listed(before), listed(after));
  if (name === 'protected_attributes') return demandsChange(about, before, after);
  if (!/^(allowed|accepted|trusted)/.test(name)) return wordChange(about, listed(before), listed(after));
  return demandsChange(about, before, after).map((change) => ({ ...change, effect: OPPOSITE[change.effect] }));
};

const OPPOSITE: Readonly<Record<Effect, Effect>> = { stricter: 'looser', looser: 'stricter', changed: 'changed' };

/** Limits are integers or decimals in quotes; a switch counts as 0 or 1. */
const isNumber = (value: unknown): value is string | number | boolean =>
  typeof value === 'boolean' ||
  ((typeof value === 'string' || typeof value === 'number') && /^\d+(\.\d+)?$/.test(String(value)));

const isList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const listed = (items: readonly string[]): string => items.join(', ') || ABSENT;

const sayValue = (value: unknown): string => {
  if (value === undefined) return ABSENT;
  if (isList(value)) return listed(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
};
