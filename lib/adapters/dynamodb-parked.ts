import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { OUTBOX } from '../domain/change/partitions.ts';
import type { ParkedIntent } from '../domain/change/redrive.ts';
import { Instant } from '../domain/identifiers.ts';
import { OutboxRow, PARKED } from './dynamodb-outbox.ts';
import { documentClient } from './dynamodb-release-store.ts';

const ParkedRow = OutboxRow.extend({
  last_error: z.string().catch(''),
  parked_at: Instant.optional().catch(undefined),
});

/**
 * Everything that is parked. Any role that writes rows of its own can give them the attributes of the index, so what lies in
 * no partition of the outbox is none.
 */
export const parkedIntents = async (TableName: string, client = documentClient): Promise<ParkedIntent[]> => {
  const found: Record<string, unknown>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-state',
        KeyConditionExpression: 'gsi_state_pk = :parked',
        ExpressionAttributeValues: { ':parked': PARKED },
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    found.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return found.filter(({ pk }) => String(pk).startsWith(OUTBOX)).map((item) => parkedIntent(ParkedRow.parse(item)));
};

const parkedIntent = ({
  pk,
  sk,
  intent,
  attempts,
  last_error,
  parked_at,
}: z.infer<typeof ParkedRow>): ParkedIntent => ({
  // A `#` begins a comment in a shell, and the fragment of an address.
  rowId: sk.replaceAll('#', ':'),
  partition: pk,
  sort: sk,
  kind: intent.kind,
  chain: sk.slice(0, sk.indexOf('#')),
  about: ABOUT.flatMap((field) => (intent[field] === undefined ? [] : [String(intent[field])])).join(' '),
  attempts,
  lastError: last_error,
  parkedAt: parked_at,
});

/** The fields of intents that are ids, of any version. Others are whole documents. */
const ABOUT = ['requestId', 'personId', 'releaseId', 'machine', 'name', 'detailType', 'model', 'seq', 'sort'];
