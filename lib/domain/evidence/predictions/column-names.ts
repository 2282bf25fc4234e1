/** Names of columns. Engines ignore their letter case, and so does everything that asks for a column. */

export const isSameColumn = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Each column once, by the first of its names. */
export const distinctColumns = (names: readonly string[]): string[] =>
  names.filter((name, index) => names.findIndex((other) => isSameColumn(other, name)) === index);

/** How often a table of these columns has one. */
export const columnTimes = (names: readonly string[]): ((name: string) => number) => {
  const times = new Map<string, number>();
  for (const name of names) times.set(name.toLowerCase(), (times.get(name.toLowerCase()) ?? 0) + 1);
  return (name) => times.get(name.toLowerCase()) ?? 0;
};
