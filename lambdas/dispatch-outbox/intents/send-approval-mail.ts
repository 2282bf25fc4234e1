import { isAskedNow } from '../../../lib/domain/approval/asked-now.ts';
import { recordDroppedMail } from '../../../lib/domain/approval/drop-mail.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { approvalMail } from '../../../lib/web/mail/approval-mail.ts';
import { readAskedPerson } from '../asked-person.ts';
import type { Performer, Tools } from '../tools.ts';

/** Asks one person for a decision, with a link that is sent to nobody else. */
export const sendApprovalMail: Performer<
  'send_approval_mail',
  'store' | 'directory' | 'mac' | 'settings' | 'slack' | 'askInSlack' | 'sendTracked' | 'now'
> = async (intent, { slack, askInSlack, sendTracked, ...tools }) => {
  const asked = await readAskedPerson(intent, tools);
  if (asked === undefined) return recordIfGone(intent, tools);
  // The request may have been decided meanwhile.
  if (asked.request.status !== 'pending') return;
  const { person, earlier } = asked;
  // Who has decided meanwhile need not hear of it once more.
  if (intent.again !== undefined && earlier?.signed !== undefined) return;
  // It is noted, because a mail must not wait for Slack. If we crash here, it is noted already, and the mail is sent again.
  if (slack !== undefined && person.slack !== undefined) await askInSlack({ ...intent, kind: 'send_slack_message' });
  await sendTracked({ to: person.email, ...approvalMail(asked) });
};

/** Somebody who is asked, and cannot be reached any more, gets no mail: that is on record. */
const recordIfGone = async (
  { requestId, personId }: { readonly requestId: string; readonly personId: string },
  { store, directory, now }: Pick<Tools, 'store' | 'directory' | 'now'>,
): Promise<void> => {
  const request = await requireFound(store.get('request', requestId), requestId);
  const isAsked = request.invitations.some((one) => one.personId === personId && isAskedNow(request, one.role));
  if (request.status !== 'pending' || !isAsked) return;
  const dropped = { releaseId: request.releaseId, personId, about: 'request' };
  await recordDroppedMail(dropped, { store, directory: await directory(), now });
};
