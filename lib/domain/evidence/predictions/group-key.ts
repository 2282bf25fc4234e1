import { INTERSECTION } from './predictions.ts';
import { spelling } from './same-value.ts';

type Named = { readonly attribute: string; readonly value: string };

/**
 * Two groups, of one release or of two, have the same key if they are the same people: the same values of the same
 * attributes, in whatever order the manifests name these. The letter case of attributes does not matter, as in tables.
 */
export const groupKey = ({ attribute, value }: Named): string => {
  const [attributes, values] = [attribute.toLowerCase().split(INTERSECTION), value.split(INTERSECTION)];
  // A value that contains the separator cannot be taken apart, and is compared whole.
  if (attributes.length !== values.length) return JSON.stringify([[attribute.toLowerCase(), value]]);
  const parts = attributes.map((name, index) => JSON.stringify([name, spelling(String(values[index]))]));
  return `[${parts.sort().join()}]`;
};
