import type { OutboxKey } from '../../lib/adapters/dynamodb-outbox.ts';
import { noteSentMail, tagOfRow } from '../../lib/adapters/dynamodb-sent-mails.ts';
import { type Mail, sendMail } from '../../lib/adapters/ses-mailer.ts';
import { ROW_TAG } from './mail-events.ts';
import type { Settings } from './settings.ts';

type Where = Pick<Settings, 'mailFrom' | 'configurationSet'> & { readonly table: string; readonly row: OutboxKey };

/**
 * Sends the mail of an outbox row, and notes by which id SES has it. If we crash between, the mail is sent once more, as any
 * mail may be.
 */
export const sendTrackedMail = async (mail: Mail, { mailFrom, configurationSet, table, row }: Where): Promise<void> => {
  if (configurationSet === '') {
    await sendMail(mailFrom, mail);
    return;
  }
  const messageId = await sendMail(mailFrom, mail, { configurationSet, tag: { Name: ROW_TAG, Value: tagOfRow(row) } });
  if (messageId !== undefined) await noteSentMail(table, row, messageId);
};
