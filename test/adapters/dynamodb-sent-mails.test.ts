import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, it } from 'vitest';
import { sendTrackedMail } from '../../lambdas/dispatch-outbox/tracked-mail.ts';
import { findSentMail, rowOfTag, tagOfRow } from '../../lib/adapters/dynamodb-sent-mails.ts';
import { mockClient } from '../support/mock-client.ts';

const ses = mockClient(SESv2Client);
const dynamodb = mockClient(DynamoDBDocumentClient);
const row = { pk: 'OUTBOX#send_approval_mail#3', sk: `${'m'.repeat(63)}#000000000002#10` };
const mail = { to: 'ada@example.com', subject: 's', text: 't', html: '<p>t</p>' };
const where = { mailFrom: 'assay@example.com', configurationSet: 'assay-test', table: 'table', row };
beforeEach(() => {
  for (const client of [ses, dynamodb]) client.reset();
  ses.on(SendEmailCommand).resolves({ MessageId: 'id-1' });
});

it('sends with the set and the row, and notes the id that SES gave it', async () => {
  await sendTrackedMail(mail, where);

  const { ConfigurationSetName, EmailTags } = ses.commandCalls(SendEmailCommand)[0]?.args[0].input ?? {};
  expect({ ConfigurationSetName, EmailTags }).toEqual({
    ConfigurationSetName: 'assay-test',
    EmailTags: [{ Name: 'assay-row', Value: tagOfRow(row) }],
  });
  expect(dynamodb.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
    Key: row,
    UpdateExpression: 'SET message_id = :id',
    ExpressionAttributeValues: { ':id': 'id-1' },
  });
});

it('asks for no events where there is no set', async () => {
  await sendTrackedMail(mail, { ...where, configurationSet: '' });

  expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).not.toHaveProperty('ConfigurationSetName');
  expect(dynamodb.commandCalls(UpdateCommand)).toEqual([]);
});

it('names a row in what SES takes as the value of a tag, and reads nothing else', () => {
  expect(tagOfRow(row)).toMatch(/^[\w.@-]{1,256}$/);
  expect(rowOfTag(tagOfRow(row))).toEqual(row);
  const none = ['', '%', Buffer.from('[]').toString('base64url'), tagOfRow({ pk: 'RELEASE#1', sk: 'RELEASE' })];
  expect(none.map(rowOfTag)).toEqual(none.map(() => undefined));
});

it('finds the row of a mail, with its id', async () => {
  const item = { ...row, intent: { kind: 'send_approval_mail' }, attempts: 0, message_id: 'id-1' };
  dynamodb.on(GetCommand).resolvesOnce({ Item: item }).resolves({});

  expect(await findSentMail('table', row)).toEqual(item);
  expect(await findSentMail('table', row)).toBeUndefined();
});
