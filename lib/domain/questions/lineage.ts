/** RR-5: what a version came from, what came from it, and what else came from the same data. */
import * as z from 'zod';
import { listedIn, membersIn } from './listed.ts';
import { type Given, PROOF, type Question, RELEASE, type Row, shown } from './question.ts';
import { standingOf } from './standing.ts';

/** The parts of a lineage, in the order in which people read them. */
export const BRANCHES = [
  'release',
  'owner',
  'code',
  'data',
  'hyperparameters',
  'training',
  'came from',
  'became',
  'same data',
] as const;
export type LineageBranch = (typeof BRANCHES)[number];

type Item = { readonly branch: LineageBranch; readonly part: string; readonly value: string };
const item = (branch: LineageBranch, part: string, value: unknown): Item[] =>
  value === undefined || value === '' ? [] : [{ branch, part, value: String(value) }];

/**
 * The lineage of a release, from what its events and those of its relatives say. Each item names the entry that says so; a release
 * names the entry that its state comes from.
 */
export const lineageIn = (rows: readonly Row[], { release = '' }: Given): Row[] => {
  const own = rows.filter((row) => row['release_id'] === release);
  const items = own.flatMap((row) => itemsOf(row).map((one): Row => ({ ...row, ...one, ...NOT_ITSELF })));
  return [...items, ...relativesIn(rows, release)]
    .filter(isFirst)
    .toSorted((one, other) => placeOf(one) - placeOf(other));
};

/** An item is no release: it has no state of its own. */
const NOT_ITSELF = { model: '', model_version: '', state: '', serves: '' };

const placeOf = ({ branch }: Row): number => BRANCHES.map(String).indexOf(String(branch));

/** What was established once is not repeated by events that say the same again. */
const isFirst = ({ branch, part, value }: Row, index: number, all: readonly Row[]): boolean =>
  all.findIndex((row) => row['branch'] === branch && row['part'] === part && row['value'] === value) === index;

/** What one event establishes. */
const itemsOf = (row: Row): Item[] => {
  if (row['event_type'] === 'release_requested') return requestedIn(row);
  if (row['event_type'] === 'evidence_pinned') return pinnedIn(row);
  if (row['event_type'] === 'model_registered') return item('became', 'model package', row['model_package_arn']);
  if (row['event_type'] === 'deployment_promoted') return item('became', 'endpoint', row['endpoint']);
  return trainedIn(row);
};

const requestedIn = (row: Row): Item[] => [
  ...item('owner', 'owner', row['requested_by']),
  ...item('owner', 'trained by', row['trained_by']),
  ...item('code', 'git commit', row['git_commit']),
  ...item('code', 'branch or tag', row['git_ref']),
  ...item('code', 'author of the commit', row['commit_author']),
  ...item('data', 'training snapshot', row['training_dataset_sha256']),
  ...item('data', 'where it lies', row['training_dataset_ref']),
  ...item('data', 'schema of its features', row['feature_schema_version']),
  ...item('hyperparameters', 'version of the configuration', row['config_version']),
  ...item('training', 'image that serves', row['image']),
];

/** The files that say where a model comes from, by the digests that they are locked under. */
const FILES: Readonly<Record<string, LineageBranch>> = {
  data_provenance: 'data',
  training_config: 'hyperparameters',
  training_provenance: 'training',
  bill_of_materials: 'training',
};

const pinnedIn = (row: Row): Item[] => [
  ...membersIn(row['pinned']).flatMap(([name, sha256]) => {
    const branch = FILES[name];
    return branch === undefined ? [] : item(branch, `file ${name}`, sha256);
  }),
  ...item('became', 'artifact', row['artifact_sha256']),
];

const Data = z.object({ name: z.string(), sha256: z.string(), uri: z.string().optional() });
const Hyperparameter = z.object({ name: z.string(), value: z.string() });

/** What the evidence said, and how much of it the event had no room for. */
const trainedIn = (row: Row): Item[] => {
  const told = new Map(membersIn(row['trained_from']));
  const cell = (name: string): string => JSON.stringify(told.get(name) ?? []);
  const data = listedIn(cell('data'), Data);
  const hyperparameters = listedIn(cell('hyperparameters'), Hyperparameter);
  const more = (branch: LineageBranch, listed: number, total: unknown): Item[] =>
    Number(total ?? 0) > listed ? item(branch, 'more', `${Number(total) - listed} in the evidence`) : [];
  return [
    ...item('code', 'repository', told.get('repository')),
    ...data.flatMap(({ name, sha256, uri }) => item('data', `data set ${name}`, named(sha256, uri))),
    ...more('data', data.length, told.get('data_total')),
    ...hyperparameters.flatMap(({ name, value }) => item('hyperparameters', name, value)),
    ...more('hyperparameters', hyperparameters.length, told.get('hyperparameters_total')),
    ...item('training', 'made by', told.get('builder')),
    ...item('training', 'run', told.get('run')),
  ];
};

const named = (sha256: string, uri: string | undefined): string => (uri === undefined ? sha256 : `${sha256} ${uri}`);

/** The release itself and its relatives, each with its state and whether it serves, by the entry that says so. */
const relativesIn = (rows: readonly Row[], release: string): Row[] => {
  const requests = rows.filter(({ event_type }) => event_type === 'release_requested');
  const asked = requests.find(({ release_id }) => release_id === release);
  if (asked === undefined) return [];
  return requests.flatMap((requested) => {
    const standing = standingOf(requested, rows);
    const value = String(requested['release_id']);
    const item = (branch: LineageBranch, part: string): Row => ({ ...standing, branch, part, value });
    if (requested === asked) return [item('release', 'release')];
    return [...linksBetween(asked, requested), ...sharedBy(asked, requested, rows)].map(([branch, part]) =>
      item(branch, part),
    );
  });
};

type Link = readonly [branch: LineageBranch, part: string];

/** What the requests say of each other. */
const linksBetween = (asked: Row, other: Row): Link[] => [
  ...(asked['former_release'] === other['release_id'] ? [['came from', 'the same content before'] as const] : []),
  ...(asked['answers'] === other['release_id'] ? [['came from', 'answers what was asked of'] as const] : []),
  ...(other['former_release'] === asked['release_id'] ? [['became', 'the same content again'] as const] : []),
  ...(other['answers'] === asked['release_id'] ? [['became', 'answered by'] as const] : []),
];

const sharedBy = (asked: Row, other: Row, rows: readonly Row[]): Link[] => {
  const snapshot = String(asked['training_dataset_sha256']);
  if (snapshot === '') return [];
  if (other['training_dataset_sha256'] === snapshot) return [['same data', 'trained on the same snapshot']];
  const isNamed = (row: Row) =>
    row['release_id'] === other['release_id'] && String(row['trained_from']).includes(snapshot);
  return rows.some(isNamed) ? [['same data', 'names the snapshot among its data']] : [];
};

/** RR-5: code, data, hyperparameters and owner of a version, and everything that was trained on the same snapshot. */
export const LINEAGE: Question = {
  name: 'lineage',
  title:
    'Where does this release come from: code, data, hyperparameters, owner; and what came from it or from the same data?',
  parameters: [RELEASE],
  subjects: ['release'],
  sql: 'lineage.sql',
  // Of the release that an item is about, or of none.
  inferred: ['model', 'model_version'],
  selects: [
    ...['occurred_at', 'event_type', 'release_id', 'model', 'model_version', 'approval_state', 'artifact_sha256'],
    ...['git_commit', 'git_ref', 'commit_author', 'trained_by', 'requested_by', 'training_dataset_sha256'],
    ...['training_dataset_ref', 'config_version', 'feature_schema_version', 'image', 'model_package_arn'],
    ...['former_release', 'answers', 'trained_from', 'superseded', 'from_id', 'to_id', 'endpoint', 'pinned'],
  ]
    .map((name) => shown(name, name))
    .concat(PROOF),
  shows: [
    shown('branch', 'what'),
    shown('part', 'part'),
    shown('value', 'value'),
    shown('model', 'model'),
    shown('model_version', 'version'),
    shown('state', 'state'),
    shown('serves', 'serves now'),
    shown('occurred_at', 'on record since'),
    ...PROOF,
  ],
  answer: lineageIn,
};
