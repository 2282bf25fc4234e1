/** The stored items that were frozen, each in a file named by its kind (docs/formats/stored-items.md). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

export type Item = Record<string, unknown>;

const FOLDER = import.meta.dirname;

/** The kind of an item, by its own field or by its key. */
export const kindOf = (item: Item): string => {
  if (item['entity'] !== undefined) return String(item['entity']);
  const [pk, sk] = [String(item['pk']), String(item['sk'])];
  if (pk.startsWith('OUTBOX#')) return `intent.${z.object({ kind: z.string() }).parse(item['intent']).kind}`;
  if (pk.startsWith('ACCESS#')) return 'access';
  if (pk.startsWith('READING#')) return 'reading';
  if (pk === 'SWEEP') return 'sweep_state';
  if (pk === 'LOG') return sk === 'ACCESS' ? 'access_state' : 'log';
  return sk === 'HEAD' ? 'head' : 'event';
};

export const vectorFile = (kind: string): string => join(FOLDER, `${kind}.json`);

/** JSON knows no bytes: those of an event are written in base64. It knows no sets either. */
const Bytes = z.strictObject({ $bytes: z.base64() });
const Words = z.strictObject({ $set: z.array(z.string()) });

export const frozen = (item: Item): Item =>
  Object.fromEntries(
    Object.entries(item)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [
        name,
        value instanceof Uint8Array
          ? { $bytes: Buffer.from(value).toString('base64') }
          : value instanceof Set
            ? { $set: [...value].toSorted() }
            : value,
      ]),
  );

const thawed = (item: Item): Item =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      const [bytes, words] = [Bytes.safeParse(value), Words.safeParse(value)];
      if (words.success) return [name, new Set(words.data.$set)];
      return [name, bytes.success ? Uint8Array.from(Buffer.from(bytes.data.$bytes, 'base64')) : value];
    }),
  );

/** Every item that was ever frozen, by its kind. */
export const storedItems = (): ReadonlyMap<string, Item> =>
  new Map(
    readdirSync(FOLDER)
      .filter((file) => file.endsWith('.json'))
      .map((file) => [
        file.replace(/\.json$/, ''),
        thawed(z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')))),
      ]),
  );
