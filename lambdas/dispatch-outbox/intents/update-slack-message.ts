import { instantInWords } from '../../../lib/web/parts/wording.ts';
import { decidedMessage } from '../../../lib/web/slack/approval-message.ts';
import { readAskedPerson } from '../asked-person.ts';
import type { Performer } from '../tools.ts';

/** Shows in a message what was decided from it, in the place of the buttons. */
export const updateSlackMessage: Performer<
  'update_slack_message',
  'store' | 'directory' | 'mac' | 'settings' | 'slack'
> = async ({ channel, ts, ...who }, { slack, ...tools }) => {
  const asked = await readAskedPerson(who, tools);
  if (slack === undefined || asked?.earlier === undefined) return;
  const { decision, timestamp } = asked.earlier;
  const message = decidedMessage({ ...asked, decided: { decision, at: instantInWords(timestamp) } });
  await slack.updateMessage({ channel, ts }, message);
};
