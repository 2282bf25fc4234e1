import { decisionVerb } from '../../domain/approval/decision-answer.ts';
import type { Decision } from '../../domain/records/approval.ts';
import { type ApprovalMailInput, approvalAsked } from '../mail/approval-mail.ts';
import type { MailPart } from '../mail/mail-body.ts';
import { oneLine, roleInSentence } from '../parts/wording.ts';
import { blocksOf } from './asked-blocks.ts';
import { type Block, escaped, LIMITS, type SlackMessage, section, shown } from './blocks.ts';
import type { Place } from './interaction.ts';

/** What the button of each decision says. None of them decides: it opens the form of that decision. */
export const DECISION_WORDS: Readonly<Record<Decision, string>> = {
  approve: 'Approve this release',
  request_changes: 'Ask for changes',
  deny: 'Deny this release',
};

/** As on the page. */
const BUTTONS: readonly Decision[] = ['approve', 'request_changes', 'deny'];

const NOTIFIED = 300;

/**
 * The message that asks one person, with the facts of the mail, their own link, and a button for each decision. Slack sends the
 * value of a button back with the person who pressed it; who that is, is never in the value.
 */
export const approvalMessage = (input: ApprovalMailInput): SlackMessage => {
  const { subject, parts } = approvalAsked(input, 'message');
  // Whoever has read what is asked finds all ways to answer in one place; what only proves something comes after them.
  const blocks = withinLimit(parts).flatMap((part) =>
    part.look === 'button' ? [...blocksOf([part]), decisionButtons(input)] : blocksOf([part]),
  );
  return { text: escaped(subject, NOTIFIED), blocks };
};

const decisionButtons = ({ request, invitation: { role, actingFor } }: ApprovalMailInput): Block => ({
  type: 'actions',
  block_id: 'decide',
  elements: BUTTONS.map((decision) => ({
    type: 'button',
    action_id: decision,
    text: shown(`${DECISION_WORDS[decision]} …`, LIMITS.button),
    value: JSON.stringify({ request: request.requestId, role, acting_for: actingFor } satisfies Place),
  })),
});

/** Only alerts can be many. What does not fit of them is on the page, and the message says so. */
const withinLimit = (parts: readonly MailPart[]): MailPart[] => {
  const alerts = parts.filter(({ look }) => look === 'alert');
  // The buttons of decisions are one block more.
  const room = LIMITS.messageBlocks - 1 - (parts.length - alerts.length);
  if (alerts.length <= room) return [...parts];
  const left = new Set<MailPart>(alerts.slice(room - 1));
  const more: MailPart = { look: 'text', text: 'There is more than a message can show: it is on the page.' };
  const kept = parts.filter((part) => !left.has(part));
  const at = kept.findLastIndex(({ look }) => look === 'alert') + 1;
  return [...kept.slice(0, at), more, ...kept.slice(at)];
};

/** The message after the decision that was made from it: who decided what and when, and the way to the page. */
export const decidedMessage = (
  input: ApprovalMailInput & { readonly decided: { readonly decision: string; readonly at: string } },
): SlackMessage => {
  const { person, invitation, request, decided, link } = input;
  const what = oneLine(`${request.modelName} ${request.modelVersion}`);
  const said = `${oneLine(person.name)} ${decisionVerb(decided.decision)} ${what} as ${roleInSentence(invitation.role)}, on ${decided.at}.`;
  return {
    text: escaped(said, NOTIFIED),
    blocks: [
      section(said),
      ...blocksOf([
        { look: 'button', text: 'See your decision', link },
        {
          look: 'facts',
          facts: [
            ['Release', request.releaseId],
            ['Evidence digest', request.evidenceDigest],
          ],
        },
      ]),
    ],
  };
};
