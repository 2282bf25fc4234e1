import * as z from 'zod';

const Messages = z.object({
  messages: z.record(
    z.string(),
    z.array(
      z.object({
        MessageId: z.string(),
        Source: z.string(),
        To: z.array(z.string()),
        Subject: z.string(),
        BodyText: z.string().nullish(),
        Timestamp: z.union([z.string(), z.number()]),
      }),
    ),
  ),
});

export interface Mail {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly sentAt: Date;
}

/** The mails that the emulator would have sent, newest first. */
export async function readMails(endpoint: string): Promise<Mail[]> {
  const response = await fetch(`${endpoint}/_ministack/ses/messages`);
  return parseMails(await response.json());
}

export function parseMails(answer: unknown): Mail[] {
  return (
    Object.values(Messages.parse(answer).messages)
      .flat()
      .map((message) => ({
        id: message.MessageId,
        from: message.Source,
        to: message.To,
        subject: message.Subject,
        text: message.BodyText ?? '',
        sentAt: sentAt(message.Timestamp),
      }))
      // The list is oldest first. Reversing it keeps mails of the same second in order, which sorting alone would not.
      .reverse()
      .sort((one, other) => other.sentAt.getTime() - one.sentAt.getTime())
  );
}

const sentAt = (timestamp: string | number): Date =>
  new Date(typeof timestamp === 'number' ? timestamp * 1000 : timestamp);
