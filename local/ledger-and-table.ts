/** Whether the ledger alone makes every row of the table again: what a deployment holds after a story, compared. */
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient, TooManyRequestsException } from '@aws-sdk/client-lambda';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { presentKey } from '../lib/adapters/dynamodb-former-keys.ts';
import { entityKey, eventPrefix, indexAttributes } from '../lib/adapters/dynamodb-keys.ts';
import { withoutKeys } from '../lib/adapters/dynamodb-reads.ts';
import { NOT_REBUILT } from '../lib/domain/audit/rebuild.ts';
import { stateAt } from '../lib/domain/audit/state-at.ts';
import { wroteIn } from '../lib/domain/audit/wrote.ts';
import type { Change, Write } from '../lib/domain/change/change.ts';
import { type Entity, type EntityName, kinds } from '../lib/domain/change/kinds.ts';
import { chainPrefix, outboxPartition } from '../lib/domain/change/partitions.ts';
import { recordChange } from '../lib/domain/change/recorded.ts';
import { Instant } from '../lib/domain/identifiers.ts';
import type { LedgerFile } from '../lib/domain/ledger/ledger-file.ts';
import { jsonLine } from '../lib/domain/signing/canonical-json.ts';
import { clientConfig } from './clients.ts';
import type { LocalEndpoints } from './endpoints.ts';
import { functionNamed, wake } from './functions.ts';
import { until } from './ports.ts';

/** A key of the table: partition and sort. */
export type RowKey = readonly [pk: string, sk: string];
type Row = { readonly pk: string; readonly sk: string };
type Item = Row & Readonly<Record<string, unknown>>;
type Deployed = Pick<LocalEndpoints, 'awsEndpoint' | 'table' | 'buckets'>;
/** What is known of a story before the two are compared. */
type Story = {
  /** How many rows it leaves at least: a comparison of hardly anything proves nothing. */
  readonly atLeast: number;
  /** Rows that somebody changed past Assay, which are left out. */
  readonly changedPastAssay?: readonly RowKey[];
};

const END = Instant.parse('9999-12-31T00:00:00.000Z');
const READ_AT_ONCE = 16;
/** For a machine that is very busy: what is under way takes seconds. */
const LIMIT_MS = 120_000;
/** An event has its place in the log before the bundle with its rows is put: a difference is one when it stays for seconds. */
const STEADY_LOOKS = 12;

/**
 * How many rows were compared, each as the ledger alone makes it. Throws where one is not: there as another, in one of the two only,
 * under another key or in other indexes than its record says, or of no kind that the ledger has, without a reason in `NOT_REBUILT`;
 * and where there are fewer rows than the story leaves. Nothing is waited for but what is under way: the log is extended here, and
 * not with its next minute.
 */
export const rowsAsInLedger = async (deployed: Deployed, story: Story): Promise<number> => {
  const look = looksAt(deployed, story);
  let seen = await look();
  let steady = 0;
  await until(async () => {
    if (isAlike(seen)) return true;
    const before = seen;
    seen = await look();
    const isSteady = seen.isLogged && before.isLogged && seen.unlike.join() === before.unlike.join();
    steady = isSteady ? steady + 1 : 0;
    return isAlike(seen) || steady === STEADY_LOOKS;
  }, LIMIT_MS);
  if (isAlike(seen)) return seen.rows;
  const told = seen.unlike.slice(0, 20).map((line) => line.slice(0, 2000));
  throw new Error(
    `of ${seen.rows} rows of the table, these are not as the ledger alone makes them:\n${told.join('\n')}`,
  );
};

type Seen = { readonly rows: number; readonly unlike: readonly string[]; readonly isLogged: boolean };
const isAlike = ({ unlike }: Seen): boolean => unlike.length === 0;

const looksAt = ({ awsEndpoint, table, buckets }: Deployed, story: Story) => {
  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(awsEndpoint)));
  const files = ledgerReader(new S3Client({ ...clientConfig(awsEndpoint), forcePathStyle: true }), buckets.audit);
  const lambda = new LambdaClient(clientConfig(awsEndpoint));
  return async (): Promise<Seen> => {
    const items = await itemsOf(dynamodb, table);
    const isLogged = items.every((item) => !isEvent(item) || item['log_index'] !== undefined);
    if (!isLogged) {
      const late = items.filter(isShippedLater).map((row) => dueNow(table, row));
      await shipAndExtend(lambda, dynamodb, late);
    }
    // The ledger last, so that it has all that the table had. What is committed meanwhile is in the ledger only, until the next look.
    return { ...compared(items, stateAt(wroteIn(await files()), END).rows, story), isLogged };
  };
};

/** How many rows were compared, and what is unlike: what a table has, and what a ledger says it has. */
export const compared = (
  items: readonly Item[],
  rows: readonly Row[],
  { atLeast, changedPastAssay = [] }: Story,
): Omit<Seen, 'isLogged'> => {
  const leftOut = new Set(changedPastAssay.map(nameOfKey));
  const inLedger = byKey(rows);
  const inTable = byKey(rowsIn(items));
  const keys = [...new Set([...inTable.keys(), ...inLedger.keys()])].filter((key) => !leftOut.has(key));
  const unlike = keys.flatMap((key) => differenceOf(key, inTable.get(key), inLedger.get(key)));
  const few = keys.length < atLeast ? [`${keys.length} rows are there, and the story leaves at least ${atLeast}`] : [];
  const misplaced = misplacedIn(items.filter((item) => !leftOut.has(nameOf(item))));
  return { rows: keys.length, unlike: [...few, ...unlike, ...misplaced, ...strangersIn(items)].toSorted() };
};

/** Ships what waits in the outbox, and gives it its place in the log, as their schedules would within minutes. */
const shipAndExtend = async (
  lambda: LambdaClient,
  dynamodb: DynamoDBDocumentClient,
  late: readonly UpdateCommand[],
): Promise<void> => {
  try {
    for (const update of late) await dynamodb.send(update);
    for (const part of ['DispatchOutbox', 'ExtendLog']) await wake(lambda, await functionNamed(lambda, part));
  } catch (error) {
    // As many functions run as the account allows, or it was shipped meanwhile: the next look tries again.
    if (!(error instanceof TooManyRequestsException || error instanceof ConditionalCheckFailedException)) throw error;
  }
};

/** An event is shipped at once: what is due later failed, or a function wrote it whose clock was days ahead (`daysLater`). */
const isShippedLater = (item: Item): boolean =>
  item.pk.startsWith(outboxPartition('ship_event')) && String(item['due_at'] ?? '') > new Date().toISOString();

/** Lets those days pass for it. */
const dueNow = (TableName: string, { pk, sk }: Item) =>
  new UpdateCommand({
    TableName,
    Key: { pk, sk },
    UpdateExpression: 'SET due_at = :now REMOVE lease_until',
    ConditionExpression: 'attribute_exists(due_at)',
    ExpressionAttributeValues: { ':now': new Date().toISOString() },
  });

/** The files are written once: each is read once. */
const ledgerReader = (client: S3Client, Bucket: string) => {
  const files = new Map<string, LedgerFile>();
  const read = async (Key: string): Promise<void> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    files.set(Key, { key: Key, bytes: (await Body?.transformToByteArray()) ?? new Uint8Array() });
  };
  return async (): Promise<Iterable<LedgerFile>> => {
    // The rows of a bundle are there before it is.
    for (const Prefix of ['bundles/', 'rows/']) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
        const fresh = Contents.flatMap(({ Key }) => (Key === undefined || files.has(Key) ? [] : [Key]));
        for (let start = 0; start < fresh.length; start += READ_AT_ONCE)
          await Promise.all(fresh.slice(start, start + READ_AT_ONCE).map(read));
      }
    }
    return files.values();
  };
};

/** What a former version left where it kept such rows, moved or not, is read by nobody any more. */
const itemsOf = async (client: DynamoDBDocumentClient, TableName: string): Promise<Item[]> => {
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    items.push(...Items.map((item) => item as Item).filter((item) => presentKey(item) === undefined)); // the table's two keys
  return items;
};

const isEvent = ({ pk, sk }: Item): boolean => pk.startsWith(chainPrefix) && sk.startsWith(eventPrefix);
const kindOf = (item: Item) => kinds[item['entity'] as EntityName]; // undefined for what is no record

const recordsIn = (items: readonly Item[]): { readonly item: Item; readonly record: Entity }[] =>
  items.flatMap((item) => {
    const record: Entity | undefined = kindOf(item)?.schema.parse(withoutKeys(item));
    return record === undefined ? [] : [{ item, record }];
  });

/** The rows of the table as an event would have them that wrote them now: without tokens, nonces and values of environments. */
const rowsIn = (items: readonly Item[]): Row[] => {
  const records = recordsIn(items);
  const writes = records.map(({ record }): Write => {
    return { kind: 'replace', entity: { ...record, version: record.version - 1 } };
  });
  const { line } = recordChange({ event: { details: {} }, writes, intents: [] } as unknown as Change); // no event is sealed
  const rows: Row[] = JSON.parse(Buffer.from(line).toString('utf8')).rows;
  // Under the keys that they have in the table.
  return rows.map((row, index) => ({ ...row, ...keyIn(records[index]?.item ?? row) }));
};

/** The product finds a record by its key and in the indexes: those that it has must be those that the record makes. */
const misplacedIn = (items: readonly Item[]): string[] =>
  recordsIn(items).flatMap(({ item, record }) => {
    const kept = withoutKeys(item);
    const lies = textOf(Object.fromEntries(Object.entries(item).filter(([name]) => !Object.hasOwn(kept, name))));
    const belongs = textOf({ ...entityKey(record), ...indexAttributes(record) });
    return lies === belongs ? [] : [`${nameOf(item)} lies under ${lies}, and belongs under ${belongs}`];
  });

/** What is no record has a partition for which it is said why no ledger has it. */
const strangersIn = (items: readonly Item[]): string[] =>
  items
    .filter((item) => kindOf(item) === undefined && !Object.hasOwn(NOT_REBUILT, item.pk.split('#')[0] ?? ''))
    .map((item) => `${nameOf(item)} is no record, and nothing says why the ledger has it not`);

const nameOfKey = (key: RowKey): string => JSON.stringify(key);
const keyIn = ({ pk, sk }: Row): Row => ({ pk, sk });
const nameOf = ({ pk, sk }: Row): string => nameOfKey([pk, sk]);

const byKey = (rows: readonly Row[]): ReadonlyMap<string, string> =>
  new Map(rows.map((row) => [nameOf(row), textOf(row)]));

const textOf = (row: object): string => Buffer.from(jsonLine(row)).toString('utf8');

const differenceOf = (key: string, inTable: string | undefined, inLedger: string | undefined): string[] => {
  if (inTable === inLedger || isSameRefusal(inTable, inLedger)) return [];
  if (inLedger === undefined) return [`${key} is in the table, and not in the ledger`];
  if (inTable === undefined) return [`${key} is in the ledger, and not in the table`];
  return [`${key} is in the table ${inTable}, and in the ledger ${inLedger}`];
};

/** The code of a name that nobody of the directory has, which the ledger has in its place (`unknownName`). */
const CODE = /unknown:[0-9a-f]{12}/;

/** A refusal repeats what a stranger called themselves, and the ledger has a code for each such name: all other words are the same. */
const isSameRefusal = (inTable = '', inLedger = ''): boolean => {
  if (!inLedger.includes('"entity":"refusal"') || !CODE.test(inLedger)) return false;
  const others = inLedger.split(CODE).map((words) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${others.join('[^" ]+')}$`).test(inTable);
};
