import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, it } from 'vitest';
import { sendTrackedMail } from '../../lambdas/dispatch-outbox/tracked-mail.ts';
import { dynamodbOutbox } from '../../lib/adapters/dynamodb-outbox.ts';
import { findSentMail, rowOfTag, tagOfRow } from '../../lib/adapters/dynamodb-sent-mails.ts';
import { NOW } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';

const ses = mockClient(SESv2Client);
const dynamodb = mockClient(DynamoDBDocumentClient);
const row = { pk: 'OUTBOX#send_approval_mail#3', sk: `${'m'.repeat(63)}#000000000002#10` };
const mail = { to: 'ada@example.com', subject: 's', text: 't', html: '<p>t</p>' };
const where = { mailFrom: 'assay@example.com', configurationSet: 'assay-test', row };
beforeEach(() => {
  for (const client of [ses, dynamodb]) client.reset();
  ses.on(SendEmailCommand).resolves({ MessageId: 'id-1' });
});

it('sends with the set and the row, and answers the id that SES gave it', async () => {
  expect(await sendTrackedMail(mail, where)).toBe('id-1');

  const { ConfigurationSetName, EmailTags } = ses.commandCalls(SendEmailCommand)[0]?.args[0].input ?? {};
  expect({ ConfigurationSetName, EmailTags }).toEqual({
    ConfigurationSetName: 'assay-test',
    EmailTags: [{ Name: 'assay-row', Value: tagOfRow(row) }],
  });
});

it('asks for no events where there is no set', async () => {
  expect(await sendTrackedMail(mail, { ...where, configurationSet: '' })).toBeUndefined();

  expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).not.toHaveProperty('ConfigurationSetName');
});

it('notes the id with the mail that was sent, by one call', async () => {
  const done = { ...row, intent: { kind: 'send_approval_mail' }, attempts: 0 };

  await dynamodbOutbox('table').complete({ ...done, message_id: 'id-1' }, NOW);
  await dynamodbOutbox('table').complete(done, NOW);

  const [sent, other] = dynamodb.commandCalls(UpdateCommand).map(({ args }) => args[0].input);
  expect(sent).toMatchObject({ Key: row, ExpressionAttributeValues: { ':id': 'id-1', ':now': NOW } });
  expect(sent?.UpdateExpression).toContain('message_id = :id');
  expect(other?.UpdateExpression).not.toContain('message_id');
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
