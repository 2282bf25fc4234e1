/** Every row of the table, read as the present version reads it. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { presentKey } from '../../../lib/adapters/dynamodb-former-keys.ts';
import { entityKey, eventPrefix } from '../../../lib/adapters/dynamodb-keys.ts';
import { readingsIn } from '../../../lib/adapters/dynamodb-readings.ts';
import { Intent } from '../../../lib/domain/change/change.ts';
import { kinds } from '../../../lib/domain/change/kinds.ts';
import {
  chainPrefix,
  claimedPrefix,
  METRICS,
  ONCE,
  READING,
  SWEEP,
  timelinePrefix,
} from '../../../lib/domain/change/partitions.ts';
import { Hour, Reading } from '../../../lib/domain/ledger/access.ts';
import { Head, leafHash } from '../../../lib/domain/ledger/chain.ts';
import { AuditEvent, eventKey } from '../../../lib/domain/ledger/event.ts';
import { LogState } from '../../../lib/domain/ledger/extend-log.ts';
import { AccessState } from '../../../lib/domain/ledger/gather-access.ts';
import { EventCounts } from '../../../lib/domain/metrics/event-counts.ts';
import { clientConfig } from '../../../local/clients.ts';

/** What a change wrote, packed beside its event (docs/formats/recorded-rows.md). */
const Packed = z.object({ rows: z.instanceof(Uint8Array), parts: z.int().min(1).optional() });

export type Row = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string };

export const rowsOf = async (awsEndpoint: string, TableName: string): Promise<Row[]> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(awsEndpoint)));
  const rows: Row[] = [];
  const pages = paginateScan({ client }, { TableName, ConsistentRead: true });
  for await (const { Items = [] } of pages) rows.push(...(Items as Row[])); // every row has the table's two keys
  return rows;
};

/** Side effects that are due and have not happened yet; those of a later day are not due. */
export const isStillDue = (row: Row): boolean =>
  row.pk.startsWith('OUTBOX#') && typeof row['due_at'] === 'string' && row['due_at'] <= new Date().toISOString();

/** The row where the present version looks for it, as `assay table move` lays it. Those that it left behind are out. */
export const moved = (row: Row): Row[] => (row['moved_to'] === undefined ? [{ ...row, ...presentKey(row) }] : []);

/** Throws unless the present version can read the row. Answers what kind of row it is. */
export const readRow = (row: Row): string => {
  const {
    pk,
    sk,
    gsi_state_pk: _state,
    gsi_state_sk: _since,
    model_package_arn: _arn,
    listed_model: _model,
    ...stored
  } = row;
  if (pk.startsWith('OUTBOX#')) return `intent ${Intent.parse(stored['intent']).kind}`;
  const passing = readPassing(row);
  if (passing !== undefined) return passing;
  if (pk.startsWith(chainPrefix) && sk.startsWith('ROWS#')) return Packed.parse(stored) && 'recorded rows';
  if (pk === 'LOG' && stored['entity'] === undefined) return readLogRow(sk, stored);
  if (pk.startsWith(chainPrefix) && sk === 'HEAD') return Head.parse(stored) && 'head';
  return isEvent(row) ? `event ${eventOf(row).type}` : readRecord(row, stored);
};

/** What is kept to be quick, or until it is elsewhere; and places in timelines. */
const readPassing = (row: Row): string | undefined => {
  const { pk } = row;
  if (pk === METRICS || pk === SWEEP || pk.startsWith(ONCE)) return 'kept meanwhile';
  if (pk.startsWith(READING)) return z.array(Reading).parse(readingsIn(hourIn(pk), row)) && 'who read what';
  return pk.startsWith(timelinePrefix) || pk.startsWith(claimedPrefix) ? 'place in a timeline' : undefined;
};

const hourIn = (pk: string): Hour => Hour.parse(pk.slice(READING.length));

const readLogRow = (sk: string, stored: Readonly<Record<string, unknown>>): string => {
  if (sk === 'ACCESS') return AccessState.parse(stored) && 'access state';
  return sk === 'COUNTS' ? EventCounts.parse(stored) && 'counts' : LogState.parse(stored) && 'log';
};

const readRecord = ({ pk, sk }: Row, stored: Readonly<Record<string, unknown>>): string => {
  const kind = Object.entries(kinds).find(([name]) => name === stored['entity'])?.[1];
  if (kind === undefined) throw new Error(`no kind is called ${stored['entity']}: ${pk} ${sk}`);
  const record = kind.schema.parse(stored);
  const expected = entityKey(record);
  // A read by its id looks under this key.
  if (pk !== expected.pk || sk !== expected.sk)
    throw new Error(`${pk} ${sk} is looked for at ${expected.pk} ${expected.sk}`);
  return record.entity;
};

export const isEvent = ({ pk, sk }: Row): boolean => pk.startsWith(chainPrefix) && sk.startsWith(eventPrefix);

/** The event of a row: its bytes, and where they lie in the ledger. */
export const eventOf = (row: Row) => {
  const bytes = row['bytes'] as Uint8Array; // binary in the table, hence in the row
  if (leafHash(bytes) !== row['hash'])
    throw new Error(`the bytes of ${row.pk} ${row.sk} are not those that were sealed`);
  const event = AuditEvent.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return { type: event.event_type, key: eventKey(event), bytes };
};
