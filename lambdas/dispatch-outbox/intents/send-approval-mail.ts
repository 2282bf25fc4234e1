import { approvalMail } from '../../../lib/web/mail/approval-mail.ts';
import { readAskedPerson } from '../asked-person.ts';
import type { Performer } from '../tools.ts';

/** Asks one person for a decision, with a link that is sent to nobody else. */
export const sendApprovalMail: Performer<
  'send_approval_mail',
  'store' | 'directory' | 'mac' | 'settings' | 'slack' | 'askInSlack' | 'sendTracked'
> = async (intent, { slack, askInSlack, sendTracked, ...tools }) => {
  const asked = await readAskedPerson(intent, tools);
  // The request may have been decided meanwhile.
  if (asked?.request.status !== 'pending') return;
  const { person, earlier } = asked;
  // Who has decided meanwhile need not hear of it once more.
  if (intent.again !== undefined && earlier?.signed !== undefined) return;
  // It is noted, because a mail must not wait for Slack. If we crash here, it is noted already, and the mail is sent again.
  if (slack !== undefined && person.slack !== undefined) await askInSlack({ ...intent, kind: 'send_slack_message' });
  await sendTracked({ to: person.email, ...approvalMail(asked) });
};
