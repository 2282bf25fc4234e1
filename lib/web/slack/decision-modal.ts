import { COMMENT_MAX_CHARACTERS, meaningOf } from '../../domain/approval/decision-answer.ts';
import type { Decision } from '../../domain/records/approval.ts';
import type { ApprovalForm } from '../approval/approval-form.ts';
import type { Problem } from '../parts/problem-page.ts';
import { instantInWords, oneLine, roleInSentence, roleInWords } from '../parts/wording.ts';
import { DECISION_WORDS } from './approval-message.ts';
import { type Block, LIMITS, type SlackView, section, shown } from './blocks.ts';
import { CHECKLIST, type FormMetadata } from './interaction.ts';

/** The form of the page, without what a browser needs. */
type ModalForm = Pick<
  ApprovalForm,
  'approver' | 'role' | 'actingFor' | 'meaning' | 'modelVersion' | 'checklist' | 'approvedAt'
>;

type Asked = {
  readonly decision: Decision;
  readonly modelName: string;
  readonly form: ModalForm;
  readonly metadata: FormMetadata;
};

export const DECIDE = 'decide';
const TOLD = 'told';

/** The form of one decision, with the fields of the page but those of conditions, which name people. Nothing is filled in. */
export const decisionModal = ({ decision, modelName, form, metadata }: Asked): SlackView => ({
  ...frameOf('Your decision'),
  callback_id: DECIDE,
  private_metadata: JSON.stringify(metadata),
  submit: shown(DECISION_WORDS[decision], LIMITS.title),
  close: shown('Cancel', LIMITS.title),
  blocks: [
    section(leadOf(decision, modelName, form)),
    ...(form.approvedAt === undefined ? [] : [section(AFTER_ALL(instantInWords(form.approvedAt)))]),
    section(
      `Read the evidence first: the button in the message opens the page with it.${decision === 'approve' ? ' To approve with conditions, decide there.' : ''}\nEvidence digest: ${metadata.digest}`,
    ),
    ...form.checklist.map(checklistInput),
    {
      type: 'input',
      block_id: 'confirmation',
      label: shown('Type the model version to confirm', LIMITS.label),
      hint: shown(`Exactly as shown: ${form.modelVersion}`, LIMITS.hint),
      optional: false,
      element: { type: 'plain_text_input', action_id: 'typed', multiline: false, max_length: 128 },
    },
    {
      type: 'input',
      block_id: 'comment',
      label: shown(decision === 'request_changes' ? 'Which changes do you ask for?' : 'Comment', LIMITS.label),
      hint: shown('It is stored with the decision. Do not include personal data of customers.', LIMITS.hint),
      optional: decision === 'approve',
      element: {
        type: 'plain_text_input',
        action_id: 'typed',
        multiline: true,
        max_length: COMMENT_MAX_CHARACTERS,
      },
    },
    section(signatureOf(decision, form)),
  ],
});

const frameOf = (title: string) =>
  ({ type: 'modal', title: shown(title, LIMITS.title), close: shown('Close', LIMITS.title) }) as const;

const leadOf = (decision: Decision, modelName: string, { role, actingFor, modelVersion }: ModalForm): string => {
  const what = oneLine(`${modelName} ${modelVersion}`);
  const yes = decision === 'approve' ? ' A release is approved only with yes to every item.' : '';
  const standing = actingFor === undefined ? '' : `, acting for ${oneLine(actingFor)}`;
  return `You are asked, as ${roleInSentence(role)}${standing}, whether ${what} may go to production. Answer every item.${yes}`;
};

const AFTER_ALL = (when: string): string =>
  `You approved this release at ${when}. Your denial names your approval, ends the request and rejects the release.`;

const checklistInput = ({ id, question }: ModalForm['checklist'][number]): Block => ({
  type: 'input',
  block_id: `${CHECKLIST}${id}`,
  label: shown(question, LIMITS.label),
  optional: false,
  element: {
    type: 'radio_buttons',
    action_id: 'answer',
    options: [
      { text: shown('Yes', LIMITS.option), value: 'yes' },
      { text: shown('No', LIMITS.option), value: 'no' },
    ],
  },
});

const signatureOf = (decision: Decision, { approver, role, actingFor, meaning }: ModalForm): string =>
  [
    'Your signature',
    `Printed name: ${oneLine(approver.name)}`,
    `Signing as: ${roleInWords(role)}`,
    ...(actingFor === undefined ? [] : [`Acting for: ${oneLine(actingFor)}`]),
    'Date and time: recorded when you decide, in UTC',
    `Meaning of your signature: ${meaningOf(decision, { approval_meaning: meaning })}`,
  ].join('\n');

/** Whether Slack can show the whole form. A question that would be cut is asked on the page only. */
export const fitsModal = ({ blocks, private_metadata: metadata }: SlackView): boolean =>
  blocks.length <= LIMITS.viewBlocks &&
  metadata.length <= LIMITS.metadata &&
  blocks.every((block) => block.type !== 'input' || !block.label.text.endsWith('…')) &&
  blocks.every((block) => block.type !== 'section' || !block.text.text.endsWith('…'));

/** What is shown at once, because Slack waits for three seconds only. */
export const waitingView = (what: 'form' | 'decision', externalId?: string): SlackView => ({
  ...frameOf('One moment'),
  callback_id: TOLD,
  private_metadata: '',
  ...(externalId === undefined ? {} : { external_id: externalId }),
  blocks: [section(what === 'form' ? OPENING : DECIDING)],
});

const OPENING = 'The form is on its way. If it does not come, close this and press the button again.';
const DECIDING =
  'Your answer has arrived, and is being judged. It is on record when the message says so. If it does not, open the page by the button in the message: it shows your decision if it was recorded. Deciding again is safe.';

/** What came of it, in the words of the page. */
export const toldView = (title: string, paragraphs: readonly string[], externalId?: string): SlackView => ({
  ...frameOf(title),
  callback_id: TOLD,
  private_metadata: '',
  ...(externalId === undefined ? {} : { external_id: externalId }),
  blocks: paragraphs.filter((paragraph) => paragraph !== '').map(section),
});

/** Why there is no form, or no decision. */
export const problemView = ({ title, explanation, remedy, details = [] }: Problem, externalId?: string): SlackView =>
  toldView('Not decided', [title, explanation, details.map((detail) => `• ${detail}`).join('\n'), remedy], externalId);
