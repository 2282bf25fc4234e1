/** The flat table that questions are asked of: a row for each entry of the log. */
import { millisecondsOf } from '../instant.ts';
import { eventDate } from '../ledger/bundle.ts';
import { eventKey } from '../ledger/event.ts';
import type { Entry } from '../ledger/ledger-file.ts';

/** Where an entry lies in the log, and in the bucket. */
export type EntryPlace = {
  readonly leafIndex: number;
  readonly bundleKey: string;
  /** Empty where nobody knows it, as in a copy. */
  readonly bundleVersionId: string;
};

type Placed = Entry & { readonly place: EntryPlace };
type Column<T> = { readonly type: 'string' | 'bigint'; readonly of: (entry: Placed) => T };

const text = (of: (entry: Placed) => string): Column<string> => ({ type: 'string', of });
const count = (of: (entry: Placed) => number): Column<number> => ({ type: 'bigint', of });

/** A member of the details, under its own name: a list or a map as JSON, and what is not there as an empty text. */
const detail = (name: string): Column<string> =>
  text(({ event }) => {
    const value = event.details[name];
    if (value === undefined) return '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });

/**
 * The columns in their order. Nothing is ever null: an empty text says "does not apply", as in the event. Add columns at the
 * end; one that is renamed needs the derived table to be made again.
 */
const COLUMNS = {
  leaf_index: count(({ place }) => place.leafIndex),
  model: text(({ event }) => event.model),
  seq: count(({ event }) => event.seq),
  event_type: text(({ event }) => event.event_type),
  /** Not `at`, which DuckDB takes for a word of its own. */
  occurred_at: text(({ event }) => event.timestamp),
  /** Seconds since 1970, for people and charts. */
  at_epoch: count(({ event }) => Math.floor(millisecondsOf(event.timestamp) / 1000)),
  /** Milliseconds since 1970: instants are compared by these. */
  at_ms: count(({ event }) => millisecondsOf(event.timestamp)),
  release_id: text(({ event }) => event.release_id),
  model_name: text(({ event }) => event.model_name),
  model_version: text(({ event }) => event.model_version),
  actor_id: text(({ event }) => event.actor_id),
  actor_role: text(({ event }) => event.actor_role),
  actor_auth: text(({ event }) => event.actor_auth),
  approval_state: text(({ event }) => event.approval_state),
  meaning: text(({ event }) => event.meaning),
  reason: text(({ event }) => event.reason),
  artifact_sha256: text(({ event }) => event.subject.artifact_sha256),
  artifact_version_id: text(({ event }) => event.subject.artifact_version_id),
  evidence_digest: text(({ event }) => event.subject.evidence_digest),
  record_sha256: text(({ event }) => event.subject.record_sha256),
  policy_sha256: text(({ event }) => event.policy_sha256),
  linked_incident: text(({ event }) => event.linked_incident),
  evidence_refs: text(({ event }) => JSON.stringify(event.evidence_refs)),
  details: text(({ event }) => JSON.stringify(event.details)),
  acting_for: detail('acting_for'),
  conditions: detail('conditions'),
  checklist: detail('checklist'),
  required_roles: detail('required_roles'),
  approved_until: detail('approved_until'),
  superseded: detail('superseded'),
  from_id: detail('from'),
  to_id: detail('to'),
  endpoint: detail('endpoint'),
  endpoint_config: detail('endpoint_config'),
  serves_since: detail('serves_since'),
  variants: detail('variants'),
  deviations: detail('deviations'),
  stage: detail('stage'),
  outcome: detail('outcome'),
  checks: detail('checks'),
  checks_total: detail('checks_total'),
  attestation_sha256: detail('attestation_sha256'),
  check_name: detail('check'),
  check_status: detail('status'),
  measured: detail('measured'),
  threshold: detail('threshold'),
  reasons: detail('reasons'),
  risk_tier: detail('risk_tier'),
  requested_by: detail('requested_by'),
  trained_by: detail('trained_by'),
  commit_author: detail('commit_author'),
  git_commit: detail('git_commit'),
  training_dataset_sha256: detail('training_dataset_sha256'),
  image: detail('image'),
  serving_sha256: detail('serving_sha256'),
  content_sha256: detail('content_sha256'),
  model_package_arn: detail('model_package_arn'),
  change_id: detail('change_id'),
  changed: detail('changed'),
  operators_needed: detail('operators_needed'),
  training_dataset_ref: detail('training_dataset_ref'),
  git_ref: detail('git_ref'),
  config_version: detail('config_version'),
  feature_schema_version: detail('feature_schema_version'),
  former_release: detail('former_release'),
  answers: detail('answers'),
  trained_from: detail('trained_from'),
  /** The digests of locked evidence, alone: whoever needs these does not have to unpack what all other events say. */
  pinned: text(({ event }) => (event.event_type === 'evidence_pinned' ? JSON.stringify(event.details) : '')),
  event_hash: text(({ hash }) => hash),
  event_key: text(({ event }) => eventKey(event)),
  bundle_key: text(({ place }) => place.bundleKey),
  bundle_version_id: text(({ place }) => place.bundleVersionId),
  /** The day of the event, by which the table is partitioned. */
  dt: text(({ event }) => eventDate(event)),
} as const;

export type HistoryColumn = keyof typeof COLUMNS;
export type HistoryRow = { readonly [Name in HistoryColumn]: ReturnType<(typeof COLUMNS)[Name]['of']> };

/** The names of the columns, in their order, with their types in Glue and Athena. */
export const HISTORY_COLUMNS: readonly { readonly name: string; readonly type: 'string' | 'bigint' }[] = Object.entries(
  COLUMNS,
).map(([name, { type }]) => ({ name, type }));

/** The row of an entry of the log: everything that the event says, and where its proof lies. */
export const historyRow = (entry: Entry, place: EntryPlace): HistoryRow =>
  // The cast holds: every column has a value, by its own name.
  Object.fromEntries(Object.entries(COLUMNS).map(([name, { of }]) => [name, of({ ...entry, place })])) as HistoryRow;
