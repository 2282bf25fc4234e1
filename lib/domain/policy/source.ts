/** Locates values in a file by line and column, so that a message can lead its author there. */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { wordYamlFault } from '../wording.ts';

export type Path = readonly PropertyKey[];
type Place = { readonly line: number; readonly column: number };

export type Source = {
  /** Where a key or its value is. A missing value is placed at the key that it is missing under. */
  readonly placeOf: (path: Path, part: 'key' | 'value') => Place;
  /** What keeps the file from being a document at all. */
  readonly errors: readonly (Place & { readonly problem: string })[];
};

const ERRORS_MAX = 10;

/** Parses a file for places only. Its content is read by the one parser for documents. */
export const sourceOf = (bytes: Uint8Array): Source => {
  const lineCounter = new LineCounter();
  const options = { schema: 'core', uniqueKeys: false, prettyErrors: false, lineCounter } as const;
  const document = parseDocument(new TextDecoder().decode(bytes), options);
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return {
    placeOf: (path, part) => placeAt(offsetOf(document, path, part)),
    errors: [...document.errors, ...document.warnings]
      .slice(0, ERRORS_MAX)
      .map(({ pos, code }) => ({ ...placeAt(pos[0]), problem: wordYamlFault(code) })),
  };
};

/** A step into a document: a key, and the value under it. In a list, the item is both. */
type Step = { readonly key: unknown; readonly value: unknown };

const offsetOf = (document: Document, path: Path, part: 'key' | 'value'): number => {
  let here: Step = { key: undefined, value: document.contents };
  for (const name of path) {
    const next = stepInto(document, here.value, name);
    if (next === undefined) return startOf(here.key ?? here.value);
    here = next;
  }
  return startOf(part === 'key' ? here.key : here.value);
};

const stepInto = (document: Document, node: unknown, name: PropertyKey): Step | undefined => {
  const holder = isAlias(node) ? node.resolve(document) : node;
  if (isSeq(holder)) {
    const item = holder.items[Number(name)];
    return { key: item, value: item };
  }
  return isMap(holder) ? holder.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
};

const startOf = (node: unknown): number => (isNode(node) && node.range ? node.range[0] : 0);
