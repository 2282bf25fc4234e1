/** How far the rows of `history` reach, and in which files they lie. */
import * as z from 'zod';
import { sha256 } from '../signing/canonical-json.ts';
import { HISTORY_COLUMNS } from './history-row.ts';
import { ORIGIN_COLUMNS } from './origin-row.ts';
import type { Covers } from './question.ts';

/** How far the rows reach, as it is kept beside them. */
export const Reach = z.object({
  /** The rows are those of this many entries, from the first on. */
  entries: z.int().min(0),
  /** The instant of the newest of them; empty if there is none. */
  until: z.string(),
  /** The bundle that was read last: the next one is looked for from its day on. */
  last_bundle: z.string(),
});
export type Reach = z.infer<typeof Reach>;

export const NOTHING_YET: Reach = { entries: 0, until: '', last_bundle: '' };

export const coversOf = ({ entries, until }: Reach): Covers => ({ entries, until });

/**
 * Other columns are other files: a version that adds one derives all rows again, beside those of the version before it, which
 * answers from its own until then.
 */
const COLUMNS_ID = sha256(new TextEncoder().encode(JSON.stringify([HISTORY_COLUMNS, ORIGIN_COLUMNS]))).slice(0, 12);

/** Where the rows of each table lie, and nothing else. */
export const HISTORY_PREFIX = `history/${COLUMNS_ID}/entries/`;
export const ORIGINS_PREFIX = `history/${COLUMNS_ID}/origins/`;
export const REACH_KEY = `state/${COLUMNS_ID}.json`;

/**
 * Entries of one file: some tens of megabytes at most, which are written again for each new row until the file is full. Ten
 * million events are a hundred and fifty files.
 */
export const FILE_ENTRIES = 65_536;

/** The file of an entry is a function of its number, so that no run can write a row into a second one. */
export const fileOf = (leafIndex: number, entries = FILE_ENTRIES): number => Math.floor(leafIndex / entries);

const keyUnder = (prefix: string, file: number): string =>
  `${prefix}${String(file * FILE_ENTRIES).padStart(12, '0')}.parquet`;

export const historyKey = (file: number): string => keyUnder(HISTORY_PREFIX, file);

/** What the entries of a file say of where releases come from: a function of that file alone. */
export const originsKey = (file: number): string => keyUnder(ORIGINS_PREFIX, file);
