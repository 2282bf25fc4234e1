/** Names of columns. Engines ignore their letter case, and so does everything that asks for a column. */

export const isSameColumn = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Each column once, by the first of its names. */
export const distinctColumns = (names: readonly string[]): string[] =>
  names.filter((name, index) => names.findIndex((other) => isSameColumn(other, name)) === index);
