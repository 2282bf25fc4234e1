/** Classifies the change of one value of a policy. */

/** A change that cannot be ordered is `unordered`: it may let pass what was stopped. One that is `changed` cannot. */
export const EFFECTS = ['looser', 'unordered', 'stricter', 'changed'] as const;
export type Effect = (typeof EFFECTS)[number];
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

/**
 * A change of a list of demands. A demand that disappears is looser, whatever else appears: a release that lacked only
 * that passes now. A demand that appears twice counts twice.
 */
export const demandsChange = (about: string, before: readonly string[], after: readonly string[]): PolicyChange[] => {
  const isMore = without(after, before).length > 0;
  const isLess = without(before, after).length > 0;
  if (!isMore && !isLess) return [];
  return [{ effect: isLess ? 'looser' : 'stricter', about, before: listed(before), after: listed(after) }];
};

/**
 * A change of a list of what is accepted. One more is looser, whatever else disappears. `covers` says whether one that
 * was accepted stands for another, as a pattern does.
 */
export const acceptedChange = (
  about: string,
  before: readonly string[],
  after: readonly string[],
  covers: (accepted: string, one: string) => boolean = (accepted, one) => accepted === one,
): PolicyChange[] => {
  const isWithin = (some: readonly string[], all: readonly string[]) =>
    some.every((one) => all.some((accepted) => covers(accepted, one)));
  const [isNoWider, isNoNarrower] = [isWithin(after, before), isWithin(before, after)];
  if (isNoWider && isNoNarrower) return [];
  return [{ effect: isNoWider ? 'stricter' : 'looser', about, before: listed(before), after: listed(after) }];
};

/** The items that are not among the others, each of which takes away one. */
export const without = (list: readonly string[], taken: readonly string[]): string[] => {
  const rest = [...taken];
  return list.filter((item) => {
    const index = rest.indexOf(item);
    if (index >= 0) rest.splice(index, 1);
    return index === -1;
  });
};

/** A change of a value that lets pass neither more nor less, or of which nobody can say so. */
export const wordChange = (
  about: string,
  before: string,
  after: string,
  effect: 'changed' | 'unordered',
): PolicyChange[] => (before === after ? [] : [{ effect, about, before, after }]);

export const listed = (items: readonly string[]): string => items.join(', ') || ABSENT;
