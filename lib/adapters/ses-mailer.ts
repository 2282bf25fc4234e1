import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';

const ses = new SESv2Client({});

export type Mail = { readonly to: string; readonly subject: string; readonly text: string; readonly html: string };

/** Sends one mail. SES accepts a mail to a suppressed address and drops it: accepted is not delivered. */
export const sendMail = async (from: string, mail: Mail): Promise<void> => {
  const part = (Data: string) => ({ Data, Charset: 'UTF-8' });
  await ses.send(
    new SendEmailCommand({
      FromEmailAddress: from,
      Destination: { ToAddresses: [mail.to] },
      Content: { Simple: { Subject: part(mail.subject), Body: { Text: part(mail.text), Html: part(mail.html) } } },
    }),
  );
};
