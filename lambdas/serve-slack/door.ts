/**
 * Where Slack comes in. It verifies, opens what a person sees at once, and passes the request on as it came: it reads no release
 * and decides nothing.
 */
import * as z from 'zod';
import type { SlackRequest } from '../../lib/adapters/slack-requests.ts';
import type { SlackViews } from '../../lib/adapters/slack-views.ts';
import { incompleteness } from '../../lib/domain/approval/decision-answer.ts';
import { waitingView } from '../../lib/web/slack/decision-modal.ts';
import { type Interaction, readInteraction, viewOfPress } from '../../lib/web/slack/interaction.ts';

export type Door = {
  /** Whether Slack signed this, a moment ago. */
  readonly isOfSlack: (request: SlackRequest) => Promise<boolean>;
  readonly openView: SlackViews['openView'];
  /** Has the request answered by the Lambda that decides. Returns as soon as that is certain to happen. */
  readonly passOn: (request: SlackRequest) => Promise<void>;
  readonly onRefused: (why: string) => void;
};

/** A message of ours that comes back with a press is much smaller. An event of Lambda has room for twice as much. */
const MAX_BYTES = 131_072;

/** What API Gateway hands over. Its names of headers are in lower case; a body that it takes for no text is in base64. */
export const HttpEvent = z.object({
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});
type HttpEvent = z.output<typeof HttpEvent>;

export type Answer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Nothing is parsed before the signature holds, and nothing is decoded that is too large. */
export const answerSlack = async ({ headers, body, isBase64Encoded }: HttpEvent, door: Door): Promise<Answer> => {
  if (body.length > MAX_BYTES * (isBase64Encoded ? 4 / 3 : 1)) return refused(door, 413, 'the body is too large');
  const request = {
    timestamp: headers['x-slack-request-timestamp'] ?? '',
    signature: headers['x-slack-signature'] ?? '',
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
  if (request.body.length > MAX_BYTES) return refused(door, 413, 'the body is too large');
  if (!(await door.isOfSlack(request))) return refused(door, 401, 'not signed by Slack within five minutes');
  const interaction = readInteraction(request.body);
  switch (interaction.kind) {
    case 'pressed':
      return answerPress(interaction, request, door);
    case 'sent':
      return answerForm(interaction, request, door);
    default:
      return ACKNOWLEDGED;
  }
};

const answer = (statusCode: number, body: object | undefined): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: body === undefined ? '' : JSON.stringify(body),
});
const ACKNOWLEDGED = answer(200, undefined);

const refused = ({ onRefused }: Door, statusCode: number, why: string): Answer => {
  onRefused(why);
  return answer(statusCode, undefined);
};

type Press = Extract<Interaction, { kind: 'pressed' }>;
type Sent = Extract<Interaction, { kind: 'sent' }>;

/** Slack lets a view be opened for three seconds, and the Lambda that makes the form may just be starting. */
const answerPress = async ({ triggerId }: Press, request: SlackRequest, door: Door): Promise<Answer> => {
  const isOpen = await door.openView(triggerId, waitingView('form', viewOfPress(triggerId)));
  // A press that is sent again has its form already.
  if (isOpen) await door.passOn(request);
  return ACKNOWLEDGED;
};

/** What can be seen to be missing is said beside its field. The Lambda that decides looks again, at what is stored. */
const answerForm = async (
  { answer: given, metadata, asked }: Sent,
  request: SlackRequest,
  door: Door,
): Promise<Answer> => {
  const checklist = asked.map((id) => ({ id, question: '' }));
  const missing = incompleteness(given, checklist, metadata.version);
  if (missing.length > 0) {
    const errors = Object.fromEntries(missing.map(({ field, problem }) => [field, `This ${problem}.`]));
    return answer(200, { response_action: 'errors', errors });
  }
  await door.passOn(request);
  return answer(200, { response_action: 'update', view: waitingView('decision') });
};
