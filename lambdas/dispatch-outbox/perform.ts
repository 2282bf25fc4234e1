import type { Intent } from '../../lib/domain/change/change.ts';
import { escalateIfUnanswered } from './intents/escalate-request.ts';
import { expireApprovalIfDue } from './intents/expire-approval.ts';
import { expireRequestIfPending } from './intents/expire-request.ts';
import { notifyPeople } from './intents/notify-people.ts';
import { publish } from './intents/publish-event.ts';
import { redriveIfParked } from './intents/redrive-intent.ts';
import { remindIfSilent } from './intents/remind-people.ts';
import { renewIfUnchanged } from './intents/renew-approval.ts';
import { resume } from './intents/resume-execution.ts';
import { sendApprovalMail } from './intents/send-approval-mail.ts';
import { sendDenierMails } from './intents/send-denier-mails.ts';
import { sendNotice } from './intents/send-notice.ts';
import { sendOutcomeMail } from './intents/send-outcome-mail.ts';
import { sendSlackMessage } from './intents/send-slack-message.ts';
import { ship } from './intents/ship-event.ts';
import { start } from './intents/start-execution.ts';
import { suspendIfOverdue } from './intents/suspend-approval.ts';
import { syncIfRegistered } from './intents/sync-registry.ts';
import { updateSlackMessage } from './intents/update-slack-message.ts';
import { warnIfExpiring } from './intents/warn-of-expiry.ts';
import type { Performer, Tools } from './tools.ts';

/** One file for each kind of intent: a kind without one does not compile. */
const PERFORMERS: { readonly [K in Intent['kind']]: Performer<K, keyof Tools> } = {
  escalate_request: escalateIfUnanswered,
  expire_approval: expireApprovalIfDue,
  expire_request: expireRequestIfPending,
  notify_people: notifyPeople,
  publish_event: publish,
  redrive_intent: redriveIfParked,
  renew_approval: renewIfUnchanged,
  remind_people: remindIfSilent,
  resume_execution: resume,
  send_approval_mail: sendApprovalMail,
  send_denier_mails: sendDenierMails,
  send_notice: sendNotice,
  send_outcome_mail: sendOutcomeMail,
  send_slack_message: sendSlackMessage,
  ship_event: ship,
  start_execution: start,
  suspend_approval: suspendIfOverdue,
  sync_registry: syncIfRegistered,
  update_slack_message: updateSlackMessage,
  warn_of_expiry: warnIfExpiring,
};

/** Carries out one intent. */
export const perform = async (intent: Intent, tools: Tools): Promise<void> => {
  // The cast holds: this performer was found by the intent's own kind.
  const performer = PERFORMERS[intent.kind] as (intent: Intent, tools: Tools) => Promise<void>;
  await performer(intent, tools);
};
