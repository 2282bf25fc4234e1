import { readFileSync } from 'node:fs';

/** A file of test/vectors/evidence: the output of a foreign tool, written by us from its specification. */
export const vector = (name: string): Uint8Array =>
  readFileSync(new URL(`../../vectors/evidence/${name}`, import.meta.url));

/** The same file with one value in it replaced, or taken away where it is undefined. */
export const changed = (name: string, path: readonly (string | number)[], value: unknown): Uint8Array => {
  const document: unknown = JSON.parse(new TextDecoder().decode(vector(name)));
  const parent = path.slice(0, -1).reduce<unknown>((node, key) => Reflect.get(Object(node), key), document);
  const key = path.at(-1) ?? '';
  if (!Reflect.has(Object(parent), key) && value === undefined) throw new Error(`there is no ${path.join('.')}`);
  Reflect.set(Object(parent), key, value);
  return bytesOf(document);
};

export const bytesOf = (document: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(document));
