import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Refusal } from '../domain/refusal.ts';
import { Release } from '../domain/release/release.ts';
import { withoutKeys } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';

export type WaitingPage = {
  readonly releases: readonly Release[];
  /** Where the next page begins; undefined if this is the last one. */
  readonly next: string | undefined;
};

/** For people, or, approved by all of them, for the promotion. */
export type WaitingState = 'validated' | 'approved';
/** Each is read with its request and decisions. */
const PAGE = 25;

/** The key after which a page begins. It comes from outside, so it can name nothing but a place in this index. */
const placeOf = (state: WaitingState) =>
  z.strictObject({
    pk: z.string().startsWith('RELEASE#').max(256),
    sk: z.literal('META'),
    gsi_state_pk: z.literal(`STATE#${state}`),
    gsi_state_sk: z.string().max(64),
  });

/** A page of the releases that wait, longest first: cost follows what waits, not what there is. */
export const waitingReleases = async (
  TableName: string,
  after: string | undefined,
  state: WaitingState = 'validated',
  client = documentClient,
): Promise<WaitingPage> => {
  const { Items = [], LastEvaluatedKey: last } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'by-state',
      KeyConditionExpression: 'gsi_state_pk = :waiting',
      ExpressionAttributeValues: { ':waiting': `STATE#${state}` },
      Limit: PAGE,
      ...(after === undefined ? {} : { ExclusiveStartKey: placeIn(after, state) }),
    }),
  );
  return {
    // Any role that writes rows of its own can give them the attributes of the index.
    releases: Items.filter(({ pk }) => String(pk).startsWith('RELEASE#')).map((item) =>
      Release.parse(withoutKeys(item)),
    ),
    next: last === undefined ? undefined : Buffer.from(JSON.stringify(last)).toString('base64url'),
  };
};

const placeIn = (after: string, state: WaitingState): z.infer<ReturnType<typeof placeOf>> => {
  try {
    return placeOf(state).parse(JSON.parse(Buffer.from(after, 'base64url').toString('utf8')));
  } catch {
    const problem = 'is no place that a page before has named';
    throw new Refusal('DecisionIncomplete', 'could not list what waits', [{ field: 'after', problem }]);
  }
};
