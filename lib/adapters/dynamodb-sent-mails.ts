/**
 * The id that SES gave the mail of an outbox row, by which an event about that mail is known. It lies on the row itself. A mail
 * that was sent again, because the function died meanwhile, has the id of the last one: both went to one address.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { OutboxKey, OutboxRow } from './dynamodb-outbox.ts';
import { documentClient } from './dynamodb-release-store.ts';

/** The row that a mail was sent for; without an id if that is not noted yet. */
export const findSentMail = async (
  TableName: string,
  { pk, sk }: OutboxKey,
  client = documentClient,
): Promise<OutboxRow | undefined> => {
  const { Item } = await client.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }));
  return Item === undefined ? undefined : OutboxRow.parse(Item);
};

/** The key of a row as the value of a tag, which SES takes only in letters, digits and a few signs. */
export const tagOfRow = ({ pk, sk }: OutboxKey): string => Buffer.from(JSON.stringify([pk, sk])).toString('base64url');

const Pair = z.tuple([z.string(), z.string().min(1)]);

/** The key that a tag names, if it names one. */
export const rowOfTag = (tag: string): OutboxKey | undefined => {
  try {
    const [pk, sk] = Pair.parse(JSON.parse(Buffer.from(tag, 'base64url').toString()));
    return OutboxKey.parse({ pk, sk });
  } catch {
    return undefined;
  }
};
