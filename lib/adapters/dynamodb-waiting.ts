import * as z from 'zod';
import { Instant } from '../domain/identifiers.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Release } from '../domain/release/release.ts';
import { readHints, recordAt } from './dynamodb-hints.ts';
import { entityKey } from './dynamodb-keys.ts';
import type { Item } from './dynamodb-reads.ts';
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
    pk: z.string().regex(/^RELEASE#[!-~]{1,64}$/),
    sk: z.literal('META'),
    gsi_state_pk: z.literal(`STATE#${state}`),
    gsi_state_sk: Instant,
  });

/** A page of the releases that wait, longest first: cost follows what waits, not what there is. */
export const waitingReleases = async (
  TableName: string,
  after: string | undefined,
  state: WaitingState = 'validated',
  client = documentClient,
): Promise<WaitingPage> => {
  const place = placeOf(state);
  const { rows, isMore, last } = await readHints(
    client,
    {
      TableName,
      IndexName: 'by-state',
      KeyConditionExpression: 'gsi_state_pk = :waiting',
      ExpressionAttributeValues: { ':waiting': `STATE#${state}` },
      Limit: PAGE,
      ...(after === undefined ? {} : { ExclusiveStartKey: placeIn(after, state) }),
    },
    { read: releaseAt, isPlace: (key) => place.safeParse(key).success },
  );
  const end = last ?? rows.at(-1)?.key;
  return {
    releases: rows.map(({ release }) => release),
    next: isMore ? Buffer.from(JSON.stringify(end)).toString('base64url') : undefined,
  };
};

/** The release that lies there, and where. */
const releaseAt = (item: Item): { release: Release; key: Item } | undefined => {
  const release = recordAt('release', item);
  if (release === undefined) return undefined;
  return {
    release,
    key: { ...entityKey(release), gsi_state_pk: item['gsi_state_pk'], gsi_state_sk: item['gsi_state_sk'] },
  };
};

const placeIn = (after: string, state: WaitingState): z.infer<ReturnType<typeof placeOf>> => {
  try {
    return placeOf(state).parse(JSON.parse(Buffer.from(after, 'base64url').toString('utf8')));
  } catch {
    const problem = 'is no place that a page before has named';
    throw new Refusal('RequestInvalid', 'could not list what waits', [{ field: 'after', problem }]);
  }
};
