/** The values of a document by path. A single value is a list of one; a list is its items. */
export type Leaves = ReadonlyMap<string, readonly string[]>;

/**
 * Flattens a document into paths and text values, so that two documents can be compared. Where every item of a list has
 * a unique name or id, items are keyed by it; keyed by index, all items after a removed one would look changed. Items
 * of other lists are compared whole.
 */
export const leavesOf = (document: object): Leaves => {
  const leaves = new Map<string, readonly string[]>();
  // A key that contains a dot can spell the path of another value. Both are kept, so that neither hides the other.
  for (const [path, values] of entriesOf(document, [])) leaves.set(path, [...(leaves.get(path) ?? []), ...values]);
  return leaves;
};

const entriesOf = (value: unknown, path: readonly string[]): [string, readonly string[]][] => {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    const names = value.flatMap((item) => nameOf(item) ?? []);
    const isNamed = names.length === value.length && new Set(names).size === names.length;
    return isNamed && value.length > 0
      ? names.flatMap((name, index) => entriesOf(value[index], [...path, name]))
      : [[path.join('.'), value.map(textOf)]];
  }
  if (typeof value !== 'object') return [[path.join('.'), [textOf(value)]]];
  return Object.entries(value).flatMap(([key, item]) => entriesOf(item, [...path, key]));
};

const nameOf = (item: unknown): string | undefined => {
  if (typeof item !== 'object' || item === null) return undefined;
  const name = 'name' in item ? item.name : 'id' in item ? item.id : undefined;
  return typeof name === 'string' ? name : undefined;
};

/** An item on one line: each of its fields with its value. */
const textOf = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .map(([key, part]) => `${key}: ${textOf(part)}`)
    .join('; ');
};
