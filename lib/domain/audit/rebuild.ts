/** What an empty table needs to go on from where a ledger ends: `assay rebuild`. */
import { type DueIntent, Intent } from '../change/change.ts';
import { type Entity, type EntityName, keyOf, kinds } from '../change/kinds.ts';
import type { Instant } from '../identifiers.ts';
import type { LogState } from '../ledger/extend-log.ts';
import { appendLeaves, EMPTY_TREE } from '../ledger/merkle.ts';
import { ApprovalRequest } from '../records/approval.ts';
import { Release } from '../release/release.ts';
import { servingSha256 } from '../release/serving-specification.ts';
import { sha256 } from '../signing/canonical-json.ts';
import { type NotedDue, stateAt } from './state-at.ts';
import type { RecordedRow, Wrote } from './wrote.ts';

/** Why what a table holds besides is not in the ledger, by the first word of its partition. */
export const NOT_REBUILT = {
  OUTBOX:
    'side effects: those that are due later are noted with the rows, those that were due at once were carried out',
  GATE: 'answers of the gate, so that none is signed twice within a minute; they expire',
  ONCE: 'which requests were sent under which keys; they expire',
  ACCESS: 'who was given which rows in an hour, until it is an object of the audit bucket',
  READING: 'who read what in an hour, until it is in the same object',
  LOG: 'the state of the log and what metrics count of it, which follow from the log; how far accesses are gathered',
  METRICS: 'the last look at the fleet; the next one is taken within five minutes',
  SWEEP: 'where the sweep of the endpoints is; it begins again',
  CHAIN: 'heads and events, which are the ledger itself',
  TIMELINE: 'which events are about a release, which follow from the events',
  CLAIMED: 'the same of ids that requests claimed',
} as const;

/**
 * What the ledger leaves out of records, and what takes its place: the token of a request, until its new execution waits and brings
 * its own; the nonces of invitations, with new links; and the values of an environment, which the model package has.
 */
type World = {
  /** Unguessable text of 22 characters or more, another one with each call. */
  readonly secret: () => string;
  /** The environment that the model package of a release has; undefined if there is none any more. */
  readonly variables: (release: {
    readonly releaseId: string;
    readonly modelPackageArn?: string;
  }) => Promise<Variables>;
};
type Variables = Readonly<Record<string, string>> | undefined;

export type Rebuilt = {
  readonly records: readonly Entity[];
  readonly due: readonly (NotedDue & { readonly noted: DueIntent })[];
  readonly now: readonly {
    readonly model: string;
    readonly seq: number;
    readonly index: number;
    readonly noted: DueIntent;
  }[];
  readonly log: LogState | undefined;
  /** The releases that wait for people, or whose checks are under way: each gets a new execution. */
  readonly restarted: readonly string[];
  /** The releases whose environment is not known any more: nothing can be approved or promoted of them. */
  readonly withoutVariables: readonly string[];
};

/** The whole table after the newest entry. `wrote` is a log that was verified, without unrecorded entries. */
export const rebuild = async (wrote: readonly Wrote[], world: World): Promise<Rebuilt> => {
  const end = wrote.reduce<string>((last, { event }) => (event.timestamp > last ? event.timestamp : last), '');
  assertWhole(wrote);
  const { rows, due } = stateAt(wrote, end as Instant);
  const served = new Map(
    wrote.flatMap(({ event }) =>
      event.event_type === 'release_requested' ? [[event.release_id, event.details['serving_sha256']] as const] : [],
    ),
  );
  const nameOf = namesBy(world.secret());
  const withoutVariables: string[] = [];
  const records: Entity[] = [];
  for (const row of rows) {
    const whole = row.entity === 'release' ? await withVariables(row, served, world) : withTokens(row, world.secret);
    if (whole === undefined) withoutVariables.push(String(row['releaseId']));
    records.push(withExecution(recordOf(whole ?? withEnvironment(row, {})), due, nameOf));
  }
  const restarted = restartedIn(records);
  const again = [...restarted.map(({ intent }) => ({ intent })), ...mailsIn(records)];
  return {
    records,
    due: due.filter(({ intent }) => isOpen(intent, records)).map((one) => ({ ...one, noted: notedIn(one, records) })),
    now: again.map((noted, index) => ({ model: '_configuration', seq: 0, index, noted })),
    log: logOf(wrote),
    restarted: restarted.map(({ releaseId }) => releaseId),
    withoutVariables,
  };
};

/**
 * Each version of a row is there once: whoever may write one row could record a version beyond all that are to come, in any other's
 * place, or one again.
 */
const assertWhole = (wrote: readonly Wrote[]): void => {
  const rows = Map.groupBy(
    wrote.flatMap(({ wrote: line }) => line ?? []).flatMap((line) => line.rows),
    ({ pk, sk }) => `${pk} ${sk}`,
  );
  for (const [key, all] of rows) {
    const known = all.map(({ version }) => version).toSorted((one, other) => one - other);
    if (known.some((version, index) => version !== 1 + index))
      throw new Error(`could not rebuild ${key}: its versions are ${listed(known)}, and not each from 1 on once`);
  }
};

const listed = (versions: readonly number[]): string =>
  `${versions.slice(0, 20).join(', ')}${versions.length > 20 ? ' …' : ''}`;

const recordOf = (row: object): Entity => {
  const { pk, sk, ...record } = row as RecordedRow;
  // A kind that only another version knows cannot be read, and so not be put into its place.
  const kind = kinds[record.entity as EntityName];
  if (kind === undefined)
    throw new Error(`could not rebuild a row: this version does not know what ${record.entity} is`);
  const found: Entity = kind.schema.parse(record);
  const { partition, sort } = keyOf(found);
  // Whoever may write one row could record it in the place of another one.
  if (partition !== pk || sort !== sk)
    throw new Error(`could not rebuild ${pk} ${sk}: it holds what belongs to ${partition} ${sort}`);
  return found;
};

const withTokens = (row: RecordedRow, secret: () => string): object => {
  if (row.entity !== 'request') return row;
  const { invitations } = row as unknown as Pick<ApprovalRequest, 'invitations'>;
  const invited = invitations.map((invitation) => ({ ...invitation, nonce: secret() }));
  return ApprovalRequest.parse({ ...row, invitations: invited, taskToken: secret() });
};

type Named = { readonly serving?: { readonly environment: readonly string[] }; readonly modelPackageArn?: string };

/** The release with its values, if they are those that people signed by their digest; undefined if not. */
const withVariables = async (
  row: RecordedRow,
  served: ReadonlyMap<string, unknown>,
  { variables }: World,
): Promise<object | undefined> => {
  const { serving, modelPackageArn } = row as unknown as Named;
  const named = { releaseId: String(row['releaseId']), ...(modelPackageArn === undefined ? {} : { modelPackageArn }) };
  const found = serving === undefined || serving.environment.length === 0 ? {} : await variables(named);
  if (found === undefined) return undefined;
  const whole = withEnvironment(row, found);
  const release = Release.parse(whole);
  const isSigned = release.serving === undefined || servingSha256(release.serving) === served.get(release.releaseId);
  return isSigned ? whole : undefined;
};

const withEnvironment = (row: RecordedRow, environment: Record<string, string>): object => {
  const { serving, manifest } = row as unknown as {
    serving?: object;
    manifest: { deployment: { environment?: unknown } };
  };
  const { deployment } = manifest;
  const filled = deployment.environment === undefined ? deployment : { ...deployment, environment };
  return {
    ...row,
    manifest: { ...manifest, deployment: filled },
    ...(serving === undefined ? {} : { serving: { ...serving, environment } }),
  };
};

const isRelease = (record: Entity): record is Release => record.entity === 'release';

/** A release that waits goes straight to its people; one whose checks were under way begins with them. */
const BEGIN: ReadonlyMap<string, object> = new Map([
  ['draft', {}],
  ['validated', { outcome: 'validated' }],
]);

/**
 * How this table names executions. The secret is its own: another table that is rebuilt from the same copy gives other names, and Step
 * Functions would start none of a name that it has known within 90 days.
 */
const namesBy = (secret: string) => (releaseId: string, attempt: number) =>
  `rebuilt-${sha256(`${secret} ${releaseId} ${attempt}`).slice(0, 40)}`;

/** The release with the execution that is to begin for it, at once or at the end of a window. What a former one left is not taken for its own. */
const withExecution = (record: Entity, due: readonly NotedDue[], nameOf: ReturnType<typeof namesBy>): Entity => {
  if (!isRelease(record)) return record;
  const { releaseId, state, promotionAttempt: attempt = 0 } = record;
  const begins = BEGIN.has(state) || due.some(({ intent }) => isNextOf(record, intent));
  return begins ? { ...record, execution: nameOf(releaseId, attempt) } : record;
};

/** Whether a side effect that is due begins the attempt that a release waits for, and that has neither been denied nor ordered anything. */
const isNextOf = (release: Release, { kind, input }: NotedDue['intent']): boolean => {
  const { releaseId, state, promotionAttempt: attempt, deniedAttempt, deploymentAttempt } = release;
  const isLast = kind === 'start_execution' && input === JSON.stringify({ releaseId, attempt });
  return isLast && state === 'approved' && deniedAttempt !== attempt && deploymentAttempt !== attempt;
};

const restartedIn = (records: readonly Entity[]) =>
  records.filter(isRelease).flatMap(({ releaseId, state, execution: name }) => {
    const begin = BEGIN.get(state);
    if (begin === undefined || name === undefined) return [];
    const input = JSON.stringify({ releaseId, ...begin });
    const intent: Intent = { kind: 'start_execution', machine: 'release', name, input };
    return [{ releaseId, intent }];
  });

/** Whoever was asked and has not decided gets a new link. */
const mailsIn = (records: readonly Entity[]): DueIntent[] => {
  const decided = new Set(
    records.flatMap((one) => (one.entity === 'approval' ? [`${one.requestId} ${one.approverId}`] : [])),
  );
  return records.flatMap((one) =>
    one.entity !== 'request' || one.status !== 'pending'
      ? []
      : one.invitations
          .filter(({ personId }) => !decided.has(`${one.requestId} ${personId}`))
          .map(({ personId, role, actingFor }) => ({
            intent: {
              kind: 'send_approval_mail' as const,
              ...{ requestId: one.requestId, personId, role, again: 'resent' as const },
              ...(actingFor === undefined ? {} : { actingFor }),
            },
          })),
  );
};

const OPEN_STATES: readonly string[] = ['validated', 'approved', 'production'];

/** What is about a request or a release that has ended has nothing to do any more. */
const isOpen = (intent: NotedDue['intent'], records: readonly Entity[]): boolean =>
  records.some((one) =>
    one.entity === 'request'
      ? one.requestId === intent['requestId'] && one.status === 'pending'
      : isRelease(one) &&
        (isNextOf(one, intent) || (one.releaseId === intent['releaseId'] && OPEN_STATES.includes(one.state))),
  );

const notedIn = ({ intent, dueAt }: NotedDue, records: readonly Entity[]): DueIntent => {
  const promoted = records.filter(isRelease).find((one) => isNextOf(one, intent));
  return { intent: Intent.parse({ ...intent, ...(promoted && { name: promoted.execution }) }), dueAt };
};

/** The log as its writer left it: its newest bundle is its last batch, and is published. */
const logOf = (wrote: readonly Wrote[]): LogState | undefined => {
  const last = wrote.at(-1);
  if (last === undefined) return undefined;
  const before = appendLeaves(
    EMPTY_TREE,
    wrote.slice(0, -1).map(({ hash }) => hash),
  );
  const { model, seq } = last.event;
  return {
    version: wrote.length,
    tree: appendLeaves(before, [last.hash]),
    batch: { before, entries: [{ model, seq }] },
    published: true,
  };
};
