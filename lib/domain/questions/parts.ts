import { pinnedEvidence } from '../ledger/pinned-evidence.ts';
import { membersIn } from './listed.ts';
import { type Column, PROOF, type Question, RELEASE, type Row, shown } from './question.ts';

/** What an event establishes of a release: the name of the part, and the column that has it. */
const ESTABLISHED: Readonly<Record<string, readonly (readonly [part: string, column: string])[]>> = {
  release_requested: [
    ['model', 'model'],
    ['version', 'model_version'],
    ['artifact object version', 'artifact_version_id'],
    ['training data', 'training_dataset_sha256'],
    ['code (git commit)', 'git_commit'],
    ['author of the commit', 'commit_author'],
    ['trained by', 'trained_by'],
    ['requested by', 'requested_by'],
    ['container image', 'image'],
    ['serving configuration', 'serving_sha256'],
    ['content', 'content_sha256'],
    ['risk tier', 'risk_tier'],
    ['policy', 'policy_sha256'],
    ['change', 'change_id'],
  ],
  evidence_pinned: [['artifact', 'artifact_sha256']],
  model_registered: [['model package', 'model_package_arn']],
  evaluation_completed: [['all evidence', 'evidence_digest']],
  release_approved: [
    ['governance record', 'record_sha256'],
    ['approved until', 'approved_until'],
  ],
  deployment_promoted: [
    ['endpoint', 'endpoint'],
    ['endpoint configuration', 'endpoint_config'],
  ],
};

/** What a release is made of, each part as the first event that established it said. */
export const partsIn = (rows: readonly Row[]): Row[] => {
  const parts = new Map<string, Row>();
  for (const row of rows) {
    for (const [part, value] of [...columnsOf(row), ...evidenceOf(row)]) {
      if (value !== '' && !parts.has(part)) parts.set(part, { ...row, part, value });
    }
  }
  return [...parts.values()];
};

const columnsOf = (row: Row): [part: string, value: string][] =>
  (ESTABLISHED[String(row['event_type'])] ?? []).map(([part, column]) => [part, String(row[column])]);

/** The digest of each file of evidence that was locked. */
const evidenceOf = (row: Row): [part: string, value: string][] =>
  row['event_type'] === 'evidence_pinned'
    ? pinnedEvidence(Object.fromEntries(membersIn(row['pinned']))).map(([name, sha256]) => [
        `evidence: ${name}`,
        sha256,
      ])
    : [];

/** Every column that a part may come from. */
export const PART_COLUMNS: readonly Column[] = [
  shown('occurred_at', 'at'),
  shown('event_type', 'by'),
  shown('release_id', 'release'),
  ...[...new Set(Object.values(ESTABLISHED).flatMap((list) => list.map(([, column]) => column)))].map((name) =>
    shown(name, name),
  ),
  shown('pinned', 'pinned'),
  ...PROOF,
];

/** artifact, data, code, configuration and evidence of a release, by digests, and where each is on record. */
export const PARTS: Question = {
  name: 'parts',
  title: 'Which artifact, data, code, configuration and evidence is this release made of?',
  parameters: [RELEASE],
  subjects: ['release'],
  sql: 'parts.sql',
  selects: PART_COLUMNS,
  shows: [shown('part', 'part'), shown('value', 'value'), shown('occurred_at', 'on record since'), ...PROOF],
  answer: partsIn,
};
