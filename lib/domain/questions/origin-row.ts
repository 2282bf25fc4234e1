/**
 * The second table that questions are asked of: what each release comes from, by the name or digest of that. It finds a release, and its
 * relatives, without a look at what was said of all others.
 */
import * as z from 'zod';
import type { HistoryRow } from './history-row.ts';
import { listedIn, membersIn } from './listed.ts';

/** What of a row of `history` says where a release comes from. */
export type OriginSource = Pick<
  HistoryRow,
  | 'leaf_index'
  | 'model'
  | 'event_type'
  | 'release_id'
  | 'training_dataset_sha256'
  | 'former_release'
  | 'answers'
  | 'trained_from'
>;

type Relation = 'release' | 'former_release' | 'answers' | 'training_dataset' | 'data';

/** One thing that a release comes from. A release has a row for itself, too, by its own id. Nothing is null, as in `history`. */
export type OriginRow = {
  /** The id of a release, or the digest of data. */
  readonly source: string;
  /** What the source is to the release: itself, `release`; a former one, one that it answers, its snapshot, or a set that its evidence names. */
  readonly relation: Relation;
  readonly release_id: string;
  readonly model: string;
  readonly training_dataset_sha256: string;
  readonly former_release: string;
  readonly answers: string;
  /** The entry of the log that says so. */
  readonly leaf_index: number;
};

/** The names of the columns, in their order, with their types in Glue and Athena. */
export const ORIGIN_COLUMNS = [
  { name: 'source', type: 'string' },
  { name: 'relation', type: 'string' },
  { name: 'release_id', type: 'string' },
  { name: 'model', type: 'string' },
  { name: 'training_dataset_sha256', type: 'string' },
  { name: 'former_release', type: 'string' },
  { name: 'answers', type: 'string' },
  { name: 'leaf_index', type: 'bigint' },
] as const satisfies readonly { readonly name: keyof OriginRow; readonly type: 'string' | 'bigint' }[];

/** What an event says that its release comes from; nothing, for most of them. */
export const originsOf = (row: OriginSource): OriginRow[] =>
  sourcesIn(row)
    .filter(([, source]) => source !== '')
    .map(([relation, source]) => ({
      source,
      relation,
      release_id: row.release_id,
      model: row.model,
      training_dataset_sha256: row.training_dataset_sha256,
      former_release: row.former_release,
      answers: row.answers,
      leaf_index: row.leaf_index,
    }));

const sourcesIn = (row: OriginSource): (readonly [Relation, source: string])[] =>
  row.event_type === 'release_requested'
    ? [
        ['release', row.release_id],
        ['former_release', row.former_release],
        ['answers', row.answers],
        ['training_dataset', row.training_dataset_sha256],
      ]
    : [...new Set(dataIn(row.trained_from))].map((sha256) => ['data', sha256] as const);

const dataIn = (trainedFrom: string): string[] =>
  listedIn(JSON.stringify(new Map(membersIn(trainedFrom)).get('data') ?? []), z.object({ sha256: z.string() })).map(
    ({ sha256 }) => sha256,
  );
