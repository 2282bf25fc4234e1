/**
 * What people do in Slack, and how Slack tells the app: it posts a signed payload to one address, and does with the answer what is
 * documented (https://docs.slack.dev/interactivity/handling-user-interaction).
 */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { type Button, type InputBlock, isInput, ModalView } from './block-kit.ts';
import { type Member, type Message, SlackError, type View, type Workspace } from './workspace.ts';

export type App = {
  /** Where the app takes interactions. */
  readonly requestUrl: string;
  readonly signingSecret: string;
  /** How long Slack waits for an answer. */
  readonly patienceMs: number;
  readonly now: () => number;
};

/** What came of it: the view that the person sees now, if any, or the trouble that Slack shows. */
export type Outcome = { readonly view?: View | undefined; readonly trouble?: string };

const APP = {
  api_app_id: 'A0ASSAY00',
  token: 'a-token-that-is-out-of-use',
  is_enterprise_install: false,
  enterprise: null,
};
const BOT = { bot_id: 'B0ASSAY00', user: 'U0ASSAYAPP' };

/** As Slack names a person in a payload. */
const whoIs = ({ team, user, name }: Member) => {
  const username = name.toLowerCase().replaceAll(' ', '.');
  return { team: { id: team, domain: 'local' }, user: { id: user, username, name: username, team_id: team } };
};

export type Press = {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  readonly action_id: string;
};

/** A member presses a button of a message, which may have been forwarded to them. */
export const press = async (
  workspace: Workspace,
  app: App,
  { user, channel, ts, action_id }: Press,
): Promise<Outcome> => {
  const message = workspace.message(channel, ts);
  const { block_id, button } = buttonIn(message, action_id);
  const trigger_id = workspace.trigger(user);
  const { trouble } = await tell(app, {
    type: 'block_actions',
    ...whoIs(workspace.member(user)),
    ...APP,
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
    trigger_id,
    channel: { id: channel, name: 'directmessage' },
    message: { type: 'message', ...BOT, text: message.text, ts, blocks: message.blocks },
    state: { values: {} },
    response_url: 'https://hooks.slack.com/actions/of-no-use-here',
    actions: [{ ...button, block_id, action_ts: workspace.stamp() }],
  });
  return trouble === undefined ? { view: workspace.openedBy(trigger_id) } : { trouble };
};

const buttonIn = ({ blocks }: Message, actionId: string): { block_id: string; button: Button } => {
  for (const block of blocks) {
    const button = block.type === 'actions' && block.elements.find(({ action_id }) => action_id === actionId);
    if (button) return { block_id: block.block_id, button };
  }
  throw new SlackError('no_such_button');
};

export type Submission = {
  readonly user: string;
  readonly view_id: string;
  /** What was typed or chosen, by the names of blocks. */
  readonly values: Readonly<Record<string, string>>;
};

const Answer = z.discriminatedUnion('response_action', [
  z.strictObject({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.strictObject({ response_action: z.literal('update'), view: ModalView }),
  z.strictObject({ response_action: z.literal('clear') }),
]);

/** A member sends a view. What they have left out, Slack itself asks for. */
export const submit = async (workspace: Workspace, app: App, submission: Submission): Promise<Outcome> => {
  const { user, view_id, values } = submission;
  const { content, hash } = workspace.view(view_id);
  const inputs = content.blocks.filter(isInput);
  const missing = inputs.filter(({ block_id, optional }) => optional !== true && !values[block_id]);
  if (missing.length > 0) {
    const errors = Object.fromEntries(
      missing.map(({ block_id }) => [block_id, 'Please complete this required field.']),
    );
    return { view: workspace.complain(view_id, errors) };
  }
  const { team } = workspace.member(user);
  const about = { id: view_id, team_id: team, hash, root_view_id: view_id, previous_view_id: null };
  const of = { app_id: APP.api_app_id, app_installed_team_id: team, bot_id: BOT.bot_id };
  const { trouble, body } = await tell(app, {
    type: 'view_submission',
    ...whoIs(workspace.member(user)),
    ...APP,
    trigger_id: workspace.trigger(user),
    view: { ...about, ...content, state: { values: stateOf(inputs, values) }, ...of },
    response_urls: [],
  });
  if (trouble !== undefined) return { trouble };
  return { view: afterAnswer(workspace, view_id, body) };
};

const stateOf = (inputs: readonly InputBlock[], values: Submission['values']) =>
  Object.fromEntries(
    inputs.map(({ block_id, element }) => {
      const given = values[block_id];
      if (element.type === 'plain_text_input') {
        return [block_id, { [element.action_id]: { type: element.type, value: given || null } }];
      }
      const selected_option = element.options.find(({ value }) => value === given) ?? null;
      return [block_id, { [element.action_id]: { type: element.type, selected_option } }];
    }),
  );

/** An empty answer closes the view. */
const afterAnswer = (workspace: Workspace, viewId: string, body: string): View | undefined => {
  if (body === '') {
    workspace.close(viewId);
    return undefined;
  }
  const answer = Answer.parse(JSON.parse(body));
  if (answer.response_action === 'errors') return workspace.complain(viewId, answer.errors);
  if (answer.response_action === 'update') return workspace.show(viewId, answer.view);
  workspace.close(viewId);
  return undefined;
};

type Told = { readonly body: string; readonly trouble?: never } | { readonly trouble: string; readonly body?: never };

/** Posts a payload with the signature v0 over its bytes. */
const tell = async ({ requestUrl, signingSecret, patienceMs, now }: App, payload: object): Promise<Told> => {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(now() / 1000));
  const mac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  try {
    const answer = await fetch(requestUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${mac}`,
      },
      body,
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await answer.text();
    return answer.status === 200 ? { body: text } : { trouble: `the app answered ${answer.status}` };
  } catch (error) {
    return { trouble: error instanceof Error && error.name === 'TimeoutError' ? 'operation_timeout' : String(error) };
  }
};
