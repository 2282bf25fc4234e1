import * as z from 'zod';
import { needsLease } from '../domain/change/carried-out.ts';
import { kindAt } from '../domain/change/partitions.ts';
import type { Instant } from '../domain/identifiers.ts';
import { allOrNone, type RowUpdate } from './dynamodb-all-or-none.ts';
import { doneUpdate, leaseUpdate, type OutboxKey, OutboxRow } from './dynamodb-outbox.ts';
import { readsTogether, type TableReads } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';
import { dynamodbShipping } from './dynamodb-shipping.ts';

/** A transaction takes a hundred rows. Fewer fail together when another dispatcher was faster with one of them. */
export const LEASED_TOGETHER_MAX = 25;

const DueRow = OutboxRow.extend({ due_shard: z.string(), due_at: z.string(), lease_until: z.string().optional() });
type DueRow = z.infer<typeof DueRow>;

/** The rows that this dispatcher may carry out, and those about which nothing can be said together: they are claimed one by one. */
export type Leased = { readonly rows: readonly OutboxRow[]; readonly left: readonly OutboxKey[] };

/** What a dispatcher does with the rows that came together. They are read by one call, whether they ship or do anything else. */
export const dynamodbDispatching = (tableName: string, client = documentClient) => {
  const reads = readsTogether(tableName, client);
  return { leases: dynamodbLeases(tableName, client, reads), shipping: dynamodbShipping(tableName, client, reads) };
};

/** Leases rows that are due together, and notes that they are done: one read and two transactions, instead of two calls for each row. */
export const dynamodbLeases = (
  tableName: string,
  client = documentClient,
  { item }: Pick<TableReads, 'item'> = readsTogether(tableName, client),
) => {
  const together = (updates: readonly RowUpdate[]) => allOrNone(client, tableName, updates);
  const readDue = async (keys: readonly OutboxKey[], now: Instant): Promise<DueRow[]> =>
    (await Promise.all(keys.map(item)))
      .map((row) => DueRow.safeParse(row).data)
      .filter((row) => row !== undefined)
      .filter((row) => isDue(row, now));
  return {
    /** These rows as they are, without those that are done, not due, or held. They are left to other dispatchers, too. */
    readDue: async (keys: readonly OutboxKey[], now: Instant): Promise<OutboxRow[]> =>
      (await readDue(keys, now)).map((row) => OutboxRow.parse(row)),

    /**
     * Takes all of these rows for this dispatcher alone that are due, held by nobody and need a lease; the others it only reads. At
     * most `LEASED_TOGETHER_MAX`, none twice.
     */
    claimTogether: async (keys: readonly OutboxKey[], now: Instant): Promise<Leased> => {
      const due = await readDue(keys, now);
      const [leased, free] = [due.filter(isLeased), due.filter((row) => !isLeased(row))];
      const isTaken = leased.length > 1 && (await together(leased.map((row) => leaseAsRead(row, now))));
      const rows = isTaken ? due : free;
      return { rows: rows.map((row) => OutboxRow.parse(row)), left: isTaken ? [] : leased };
    },

    /** The side effects of these rows happened. Answers whether that is noted: of all of them, or of none. */
    completeTogether: (rows: readonly OutboxRow[], now: Instant): Promise<boolean> =>
      together(rows.map((row) => doneUpdate(row, now))),
  };
};
export type Leases = ReturnType<typeof dynamodbLeases>;

/** By where it lies: what lies in another place is carried out by nobody. */
const isLeased = ({ pk }: OutboxKey): boolean => needsLease(kindAt(pk));

const isDue = ({ due_at: due, lease_until: lease }: DueRow, now: Instant): boolean =>
  due <= now && (lease === undefined || lease < now);

/** A row that was tried meanwhile is due at another instant, and has failed once more than was read. */
const leaseAsRead = (row: DueRow, now: Instant) => {
  const { ExpressionAttributeValues: values, ConditionExpression: condition, ...update } = leaseUpdate(row, now);
  return {
    ...update,
    ConditionExpression: `${condition} AND due_at = :read`,
    ExpressionAttributeValues: { ...values, ':read': row.due_at },
  };
};
