import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';

const ses = new SESv2Client({});

export type Mail = { readonly to: string; readonly subject: string; readonly text: string; readonly html: string };
/** The configuration set that publishes what becomes of the mail, and a tag that comes back with that. */
export type Tracking = {
  readonly configurationSet: string;
  readonly tag: { readonly Name: string; readonly Value: string };
};

/** Sends one mail, and returns the id that SES gives it. SES accepts a mail to a suppressed address and drops it: accepted is not delivered. */
export const sendMail = async (from: string, mail: Mail, tracking?: Tracking): Promise<string | undefined> => {
  const part = (Data: string) => ({ Data, Charset: 'UTF-8' });
  const { MessageId } = await ses.send(
    new SendEmailCommand({
      FromEmailAddress: from,
      Destination: { ToAddresses: [mail.to] },
      Content: { Simple: { Subject: part(mail.subject), Body: { Text: part(mail.text), Html: part(mail.html) } } },
      ...(tracking && { ConfigurationSetName: tracking.configurationSet, EmailTags: [tracking.tag] }),
    }),
  );
  return MessageId;
};
