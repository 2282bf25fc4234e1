import { approvalMessage } from '../../../lib/web/slack/approval-message.ts';
import { readAskedPerson } from '../asked-person.ts';
import type { Performer } from '../tools.ts';

/** Asks one person in Slack as well, with the facts and the link of their mail. */
export const sendSlackMessage: Performer<
  'send_slack_message',
  'store' | 'directory' | 'mac' | 'settings' | 'slack'
> = async (intent, { slack, ...tools }) => {
  const asked = await readAskedPerson(intent, tools);
  // Meanwhile Slack was turned off, the person has left it, or the request was decided.
  if (slack === undefined || asked?.person.slack === undefined || asked.request.status !== 'pending') return;
  await slack.postMessage(asked.person.slack.user_id, approvalMessage(asked));
};
