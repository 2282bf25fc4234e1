import { valueAt } from '../release/manifest.ts';
import { listed } from '../soundness.ts';

export type Inconsistency = { readonly path: PropertyKey[]; readonly message: string };

/** The items of a list that have the name of an earlier one. */
export const findRepeated = (items: unknown, path: PropertyKey[], key: string): Inconsistency[] => {
  const names = listed(items).map((item) => valueAt(item, [key]));
  return names.flatMap((name, index) =>
    typeof name !== 'string' || names.indexOf(name) === index
      ? []
      : [{ path: [...path, index, key], message: `${name} appears twice` }],
  );
};
