import type { OutboxKey } from '../../lib/adapters/dynamodb-outbox.ts';
import { tagOfRow } from '../../lib/adapters/dynamodb-sent-mails.ts';
import { type Mail, sendMail } from '../../lib/adapters/ses-mailer.ts';
import { ROW_TAG } from './mail-events.ts';
import type { Settings } from './settings.ts';

type Where = Pick<Settings, 'mailFrom' | 'configurationSet'> & { readonly row: OutboxKey };

/**
 * Sends the mail of an outbox row, and answers by which id SES has it, if events about it are asked for. The id is noted with the
 * mail; if we crash between, the mail is sent once more, as any mail may be.
 */
export const sendTrackedMail = async (
  mail: Mail,
  { mailFrom, configurationSet, row }: Where,
): Promise<string | undefined> => {
  if (configurationSet !== '')
    return sendMail(mailFrom, mail, { configurationSet, tag: { Name: ROW_TAG, Value: tagOfRow(row) } });
  await sendMail(mailFrom, mail);
  return undefined;
};
