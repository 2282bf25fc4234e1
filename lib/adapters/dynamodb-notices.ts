import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
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

/**
 * Notes in the outbox that one person hears of an outcome, unless that is noted already. The row stays when it is done, so nobody
 * hears of it twice.
 */
export const noteNotice = (
  table: string,
  model: string,
  notice: Notice,
  now: Instant,
  client = documentClient,
): Promise<void> => noteOnce(table, noticeItem(model, notice, now), client);

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

const noteOnce = async (TableName: string, Item: object, client: typeof documentClient): Promise<void> => {
  try {
    await client.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  } catch (cause) {
    if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
  }
};
