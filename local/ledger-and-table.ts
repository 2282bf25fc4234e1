/** Whether the ledger alone makes every row of the table again: what a deployment holds after a story, compared. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { stateAt } from '../lib/domain/audit/state-at.ts';
import { wroteIn } from '../lib/domain/audit/wrote.ts';
import type { Change, Write } from '../lib/domain/change/change.ts';
import { type Entity, type EntityName, kinds } from '../lib/domain/change/kinds.ts';
import { recordChange } from '../lib/domain/change/recorded.ts';
import { Instant } from '../lib/domain/identifiers.ts';
import type { LedgerFile } from '../lib/domain/ledger/ledger-file.ts';
import { jsonLine } from '../lib/domain/signing/canonical-json.ts';
import { clientConfig } from './clients.ts';
import type { LocalEndpoints } from './endpoints.ts';
import { until } from './ports.ts';

/** A key of the table: partition and sort. */
export type RowKey = readonly [pk: string, sk: string];
type Row = { readonly pk: string; readonly sk: string };
type Deployed = Pick<LocalEndpoints, 'awsEndpoint' | 'table' | 'buckets'>;

const END = Instant.parse('9999-12-31T00:00:00.000Z');
const READ_AT_ONCE = 16;
/** What was committed last is in the log within seconds, and later on a busy machine. */
const LIMIT_MS = 120_000;

/**
 * How many rows the table has of what the ledger records, each as the ledger alone makes it, and which are not: there as another, or
 * in one of the two only. Waits until the last events are in the log. Rows that somebody changed past Assay are left out by their keys.
 */
const compareWithLedger = async (
  { awsEndpoint, table, buckets }: Deployed,
  changedPastAssay: readonly RowKey[] = [],
): Promise<{ readonly rows: number; readonly unlike: readonly string[] }> => {
  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(awsEndpoint)));
  const files = ledgerReader(new S3Client({ ...clientConfig(awsEndpoint), forcePathStyle: true }), buckets.audit);
  const leftOut = new Set(changedPastAssay.map((key) => JSON.stringify(key)));
  let compared: { readonly rows: number; readonly unlike: readonly string[] } = { rows: 0, unlike: [] };
  await until(async () => {
    // The ledger last: what is committed between the two is in neither.
    const inTable = byKey(await recordsIn(dynamodb, table));
    const inLedger = byKey(stateAt(wroteIn(await files()), END).rows);
    const keys = [...new Set([...inTable.keys(), ...inLedger.keys()])].filter((key) => !leftOut.has(key));
    compared = {
      rows: inTable.size,
      unlike: keys.flatMap((key) => differenceOf(key, inTable.get(key), inLedger.get(key))).toSorted(),
    };
    return compared.unlike.length === 0;
  }, LIMIT_MS);
  return compared;
};

/** How many rows the table has, each as the ledger alone makes it. Throws where one is not, and says which. */
export const rowsAsInLedger = async (deployed: Deployed, changedPastAssay?: readonly RowKey[]): Promise<number> => {
  const { rows, unlike } = await compareWithLedger(deployed, changedPastAssay);
  if (rows > 0 && unlike.length === 0) return rows;
  const told = unlike.slice(0, 20).map((line) => line.slice(0, 2000));
  throw new Error(`of ${rows} rows of the table, these are not as the ledger alone makes them:\n${told.join('\n')}`);
};

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

/** The records of the table as an event would have them that wrote them now: without tokens, nonces and values of environments. */
const recordsIn = async (client: DynamoDBDocumentClient, TableName: string): Promise<Row[]> => {
  const writes: Write[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
    for (const { pk: _pk, sk: _sk, ...item } of Items) {
      const kind = kinds[item['entity'] as EntityName]; // undefined for what is no record
      if (kind === undefined) continue;
      const entity: Entity = kind.schema.parse(item);
      writes.push({ kind: 'replace', entity: { ...entity, version: entity.version - 1 } });
    }
  }
  const { line } = recordChange({ event: { details: {} }, writes, intents: [] } as unknown as Change); // no event is sealed
  return JSON.parse(Buffer.from(line).toString('utf8')).rows;
};

const byKey = (rows: readonly Row[]): ReadonlyMap<string, string> =>
  new Map(rows.map((row) => [JSON.stringify([row.pk, row.sk]), withoutPlaces(row)]));

/** Attributes of indexes follow from the record, and are in no ledger. */
const withoutPlaces = (row: Row): string => {
  const said = Object.entries(row).filter(([name]) => !/^(gsi_state_[ps]k|model_package_arn|listed_model)$/.test(name));
  return Buffer.from(jsonLine(Object.fromEntries(said))).toString('utf8');
};

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
