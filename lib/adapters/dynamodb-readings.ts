/** The rows that say who read what, one for each person and minute, until they are gathered into an object of the audit bucket. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { READING } from '../domain/change/partitions.ts';
import { FURTHER, type Hour, hourOf, Reading } from '../domain/ledger/access.ts';
import type { Item } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';

/** How many different things a person reads in a minute that have lines of their own. */
export const LINES_PER_MINUTE = 60;

/** A reader waits for the note, so the note does not wait long for the table. */
const PATIENCE_MS = 2000;

export const readingPartition = (hour: Hour): string => `${READING}${hour}`;

/** The seconds of a minute are one row. No id of the directory has a number sign in it. */
const keyOf = ({ at, who }: Reading) => ({ pk: readingPartition(hourOf(at)), sk: `${who}#${at.slice(14, 16)}` });

/** Notes that a person read something in a minute: once, however often it is noted. What is beyond the bound is counted. */
export const noteReading = (TableName: string, client = documentClient): ((reading: Reading) => Promise<void>) => {
  const update = (reading: Reading, change: Omit<UpdateCommandInput, 'TableName' | 'Key'>) =>
    client.send(new UpdateCommand({ TableName, Key: keyOf(reading), ...change }), {
      abortSignal: AbortSignal.timeout(PATIENCE_MS),
    });
  return async (given) => {
    // The row is all that its hour is read from: what no reader would take for a line is not written.
    const reading = Reading.parse(given);
    const { what } = reading;
    try {
      await update(reading, {
        UpdateExpression: 'ADD #lines :line',
        ConditionExpression: 'attribute_not_exists(#lines) OR size(#lines) < :most OR contains(#lines, :what)',
        ExpressionAttributeNames: { '#lines': 'lines' },
        ExpressionAttributeValues: { ':line': new Set([what]), ':what': what, ':most': LINES_PER_MINUTE },
      });
    } catch (cause) {
      if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
      await update(reading, {
        UpdateExpression: 'ADD #further :one',
        ExpressionAttributeNames: { '#further': 'further' },
        ExpressionAttributeValues: { ':one': 1 },
      });
    }
  };
};

const Row = z.object({
  sk: z.string().regex(/^[^#]+#\d\d$/),
  lines: z.set(z.unknown()),
  further: z.unknown().optional(),
});

/** What a row of an hour says, line by line, each to be judged alone. Nothing if it is no row. */
export const readingsIn = (hour: Hour, item: Item): unknown[] => {
  const { data: row } = Row.safeParse(item);
  if (row === undefined) return [undefined];
  const [who, minute] = row.sk.split('#');
  const at = `${hour}:${minute}:00.000Z`;
  const read = [...row.lines].map((what) => ({ at, who, what }));
  return row.further === undefined ? read : [...read, { at, who, what: FURTHER, times: row.further }];
};
