/**
 * A report of the domain as JSON shows it. Every name in it must be that of a field: names that are data would be
 * spelt differently, too.
 */
export const inSnakeCase = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, of]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      inSnakeCase(of),
    ]),
  );
};
