import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { beforeEach, describe, expect, it } from 'vitest';
import { sendMail } from '../../lib/adapters/ses-mailer.ts';
import { mockClient } from '../support/mock-client.ts';

const ses = mockClient(SESv2Client);
beforeEach(() => ses.reset());
const mail = { to: 'ada@example.com', subject: 'Freigabe für 1.2.0', text: 'Grüße', html: '<p>Grüße</p>' };

describe('sending a mail', () => {
  it('sends both forms to one person, in UTF-8', async () => {
    ses.on(SendEmailCommand).resolves({ MessageId: 'm' });

    await sendMail('assay@example.com', mail);

    const part = (Data: string) => ({ Data, Charset: 'UTF-8' });
    expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).toEqual({
      FromEmailAddress: 'assay@example.com',
      Destination: { ToAddresses: ['ada@example.com'] },
      Content: { Simple: { Subject: part(mail.subject), Body: { Text: part(mail.text), Html: part(mail.html) } } },
    });
  });

  it('leaves an error to the caller, so that the mail is sent again', async () => {
    ses.on(SendEmailCommand).rejects(new Error('Maximum sending rate exceeded.'));

    await expect(sendMail('assay@example.com', mail)).rejects.toThrow('Maximum sending rate exceeded.');
  });
});
