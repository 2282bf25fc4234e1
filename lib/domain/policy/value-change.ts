/** What a change of one value of a policy does: stricter, looser, or another thing altogether. */

export type Effect = 'stricter' | 'looser' | 'changed';
export type PolicyChange = {
  readonly effect: Effect;
  /** What of the policy, as people call it. */
  readonly about: string;
  readonly before: string;
  readonly after: string;
};

export const ABSENT = 'none';

/** A number of which one direction is the stricter one. */
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

/** A list of demands: more of them is stricter, fewer looser; a demand that is there twice counts twice. */
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

/** A value of which neither side is stricter. */
export const wordChange = (about: string, before: string, after: string): PolicyChange[] =>
  before === after ? [] : [{ effect: 'changed', about, before, after }];

/**
 * A parameter of a check. Its name says which way is stricter: `maximum…` lower, `minimum…` higher, `required…` more,
 * `allowed…` fewer; of any other, a change is a change.
 */
export const parameterChange = (about: string, name: string, before: unknown, after: unknown): PolicyChange[] => {
  if (name.startsWith('maximum') && isNumber(before) && isNumber(after)) {
    return withText(numberChange(about, Number(before), Number(after), 'lower'), before, after);
  }
  if (name.startsWith('minimum') && isNumber(before) && isNumber(after)) {
    return withText(numberChange(about, Number(before), Number(after), 'higher'), before, after);
  }
  if (isList(before) && isList(after)) return listChange(about, name, before, after);
  // A check that judges more is stricter; so far, judging intersections is the only such switch.
  const isMoreJudged = name === 'intersections' && typeof before === 'boolean' && typeof after === 'boolean';
  return isMoreJudged
    ? withText(numberChange(about, Number(before), Number(after), 'higher'), before, after)
    : wordChange(about, said(before), said(after));
};

const listChange = (
  about: string,
  name: string,
  before: readonly string[],
  after: readonly string[],
): PolicyChange[] => {
  if (name.startsWith('required')) return demandsChange(about, before, after);
  if (name.startsWith('allowed')) {
    return demandsChange(about, before, after).map((change) => ({ ...change, effect: OPPOSITE[change.effect] }));
  }
  // No attribute named means all of the manifest's, so an empty list is not the loosest one.
  const isEmpty = before.length === 0 || after.length === 0;
  if (name === 'protected_attributes' && !isEmpty) return demandsChange(about, before, after);
  return wordChange(about, listed(before), listed(after));
};

const OPPOSITE: Readonly<Record<Effect, Effect>> = { stricter: 'looser', looser: 'stricter', changed: 'changed' };

const withText = (changes: readonly PolicyChange[], before: unknown, after: unknown): PolicyChange[] =>
  changes.map((change) => ({ ...change, before: said(before), after: said(after) }));

const isNumber = (value: unknown): value is string | number =>
  (typeof value === 'string' || typeof value === 'number') && /^\d+(\.\d+)?$/.test(String(value));

const isList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const listed = (items: readonly string[]): string => items.join(', ') || ABSENT;

const said = (value: unknown): string => {
  if (value === undefined) return ABSENT;
  if (isList(value)) return listed(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
};
