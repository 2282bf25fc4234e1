/** What SES says became of the mails that ask people to decide. */
import * as z from 'zod';
import { isInPlace, type OutboxKey, type OutboxRow } from '../../lib/adapters/dynamodb-outbox.ts';
import { rowOfTag } from '../../lib/adapters/dynamodb-sent-mails.ts';
import { bringInStandIns } from '../../lib/domain/approval/escalate.ts';
import { Intent } from '../../lib/domain/change/change.ts';
import { findPerson } from '../../lib/domain/policy/directory-record.ts';
import { logger } from '../../lib/runtime/logger.ts';
import type { Tools } from './tools.ts';

/** The tag that names the row of a mail. It is no secret: what counts is that row and event have the same message id. */
export const ROW_TAG = 'assay-row';

const Short = z.string().max(512);
const Mail = z.object({
  messageId: Short.min(1),
  destination: z.array(Short).max(50),
  tags: z.object({ [ROW_TAG]: z.tuple([Short]) }),
});

/** By the events of a configuration set, in the shape that SES documents. Headers, and what mail servers say, are left out. */
export const MailEvent = z.object({
  source: z.literal('aws.ses'),
  detail: z.discriminatedUnion('eventType', [
    z.object({ eventType: z.literal('Bounce'), mail: Mail }),
    z.object({
      eventType: z.literal('Complaint'),
      mail: Mail,
      complaint: z.object({ complaintFeedbackType: Short.nullish() }),
    }),
    z.object({ eventType: z.literal('Reject'), mail: Mail }),
  ]),
});
type Detail = z.infer<typeof MailEvent>['detail'];

type Ports = Pick<Tools, 'store' | 'directory' | 'nextNonce' | 'now'> & {
  readonly findSentMail: (key: OutboxKey) => Promise<OutboxRow | undefined>;
};

/**
 * Asks those who stand in for a person whom a mail did not reach. The event counts only if we sent that very mail to that
 * address; anything else does nothing, and leaves a line in the log.
 */
export const answerMailEvent = async (detail: Detail, ports: Ports): Promise<void> => {
  const ids = { event_type: detail.eventType, message_id: detail.mail.messageId };
  if (!isLost(detail)) {
    logger.info('mail event is not final', ids);
    return;
  }
  const asked = await findAsked(detail.mail, ports);
  if (asked === undefined) {
    logger.warn('mail event is about no mail of ours', ids);
    return;
  }
  const { requestId, personId } = asked;
  logger.warn('approval mail undelivered', { ...ids, request_id: requestId, person_id: personId });
  await bringInStandIns({ requestId, undelivered: personId }, ports);
};

/**
 * Every bounce: SES tells of a soft one only when it does not try any more, or when somebody on holiday has an answer sent, and
 * neither will decide soon. Some complaints say that a mail is no spam.
 */
const isLost = (detail: Detail): boolean =>
  detail.eventType !== 'Complaint' || detail.complaint.complaintFeedbackType !== 'not-spam';

/** The intent whose mail it was: row, message id and address agree. */
const findAsked = async ({ messageId, destination, tags }: Detail['mail'], { findSentMail, directory }: Ports) => {
  const key = rowOfTag(tags[ROW_TAG][0]);
  const sent = key && (await findSentMail(key));
  if (sent === undefined || !isInPlace(sent)) return undefined;
  const intent = Intent.safeParse(sent.intent).data;
  if (intent?.kind !== 'send_approval_mail') return undefined;
  // SES was faster than the note of what it accepted: Lambda tries again in a minute.
  if (sent.message_id === undefined) throw new Error(`no message id is noted for ${sent.sk} yet`);
  if (sent.message_id !== messageId) return undefined;
  // A bounce names the last address of a mail that was forwarded; the mail itself has the one that it was sent to.
  const person = findPerson(await directory(), intent.personId);
  const isSame = (address: string) => address.toLowerCase() === person?.email.toLowerCase();
  return person !== undefined && destination.some(isSame)
    ? { requestId: intent.requestId, personId: person.id }
    : undefined;
};
