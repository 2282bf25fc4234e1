/**
 * Numbers for values and for combinations of them, column by column: what has thousands of rows is summed by these, which
 * are found much faster than texts.
 */

/** The number of what has no value. */
export const NO_VALUE = -1;

/** Gives each key that is new the next number, from 0, and each that was seen its own. */
export const numbering = <T>(): ((key: T) => number) => {
  const numbers = new Map<T, number>();
  return (key) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  };
};

/** Numbers the combinations that rows have of the numbers in some columns, in the order of their first row; none that lacks a value. */
export const combine = (columns: readonly (readonly number[])[]): number[] => {
  const [first = [], ...others] = columns;
  return others.reduce<number[]>(together, first.map(numbered()));
};

const numbered = () => {
  const numberOf = numbering<number>();
  return (number: number) => (number === NO_VALUE ? NO_VALUE : numberOf(number));
};

const together = (before: readonly number[], column: readonly number[]): number[] => {
  const numberOf = numbering<number>();
  // Small keys are found several times as fast as large ones. A double holds the largest: no table has 2²⁶ values or combinations.
  const span = column.reduce((most, number) => Math.max(most, number), 0) + 1;
  return before.map((number, row) => {
    const next = column[row];
    return number === NO_VALUE || next === undefined || next === NO_VALUE ? NO_VALUE : numberOf(number * span + next);
  });
};

/** How something is summed over the rows that have one number: it starts empty, and each part is added. */
export type Summing<Part, Sum> = { readonly empty: () => Sum; readonly add: (sum: Sum, part: Part) => void };

/**
 * The sum of the parts that have each number, with the first of them. Those without a number are in none, so that all groups
 * together fall short of all rows by the rows that lack a value.
 */
export const sumByNumber = <Part, Sum>(
  parts: readonly Part[],
  numbers: readonly number[],
  { empty, add }: Summing<Part, Sum>,
): { readonly first: Part; readonly sum: Sum }[] => {
  const sums: { readonly first: Part; readonly sum: Sum }[] = [];
  parts.forEach((part, row) => {
    const number = Number(numbers[row]);
    if (number === NO_VALUE) return;
    sums[number] ??= { first: part, sum: empty() };
    add(sums[number].sum, part);
  });
  return sums;
};
