import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Instant } from '../domain/identifiers.ts';
import type { Release } from '../domain/release/release.ts';
import {
  type Key,
  type Notice,
  noticeItem,
  type SlackMessageIntent,
  slackMessageItem,
  syncItem,
} from './dynamodb-keys.ts';
import { documentClient } from './dynamodb-release-store.ts';

/** As many as a transaction takes. */
const NOTED_MAX = 100;

/**
 * Notes in the outbox that each of these people hears of an outcome, unless that is noted already. The rows stay when they are done, so
 * nobody hears of it twice. It is one call where none of them is noted yet.
 */
export const noteNotices = async (
  TableName: string,
  model: string,
  notices: readonly Notice[],
  now: Instant,
  client = documentClient,
): Promise<void> => {
  for (let from = 0; from < notices.length; from += NOTED_MAX) {
    const items = notices.slice(from, from + NOTED_MAX).map((notice) => noticeItem(model, notice, now));
    const TransactItems = items.map((Item) => ({ Put: { TableName, Item, ...IS_NEW } }));
    try {
      await client.send(new TransactWriteCommand({ TransactItems }));
    } catch (cause) {
      if (!(cause instanceof TransactionCanceledException)) throw cause;
      for (const item of items) await noteOnce(TableName, item, client);
    }
  }
};

/** Notes that one person is asked in Slack as well as by this mail, unless that is noted already. */
export const noteSlackMessage = (
  table: string,
  mail: Key,
  asked: SlackMessageIntent,
  now: Instant,
  client = documentClient,
): Promise<void> => noteOnce(table, slackMessageItem(mail, asked, now), client);

/** Notes that the registry is to be made to show a release, once an hour. */
export const noteSync = (
  table: string,
  { modelName, releaseId }: Pick<Release, 'modelName' | 'releaseId'>,
  now: Instant,
  client = documentClient,
): Promise<void> => noteOnce(table, syncItem(modelName, releaseId, now), client);

const IS_NEW = { ConditionExpression: 'attribute_not_exists(pk)' };

const noteOnce = async (TableName: string, Item: object, client: typeof documentClient): Promise<void> => {
  try {
    await client.send(new PutCommand({ TableName, Item, ...IS_NEW }));
  } catch (cause) {
    if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
  }
};
