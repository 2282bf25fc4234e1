/** The stand-in of Slack, called by the adapters of the product, with an app that answers what a test lays ready. */
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { slackMessenger } from '../../lib/adapters/slack-messenger.ts';
import { isOfSlack, type SlackRequest } from '../../lib/adapters/slack-requests.ts';
import { slackViews } from '../../lib/adapters/slack-views.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import { type Block, section, shown } from '../../lib/web/slack/blocks.ts';
import { readInteraction } from '../../lib/web/slack/interaction.ts';
import { close, listen } from '../../local/listen.ts';
import { type SlackStandIn, startSlack } from '../../local/slack/server.ts';

const ANA = { team: 'T0EXAMPLE', user: 'U0ANASILVA', name: 'Ana Silva' };
const RUTH = { team: 'T0EXAMPLE', user: 'U0RUTHMEYER', name: 'Ruth Meyer' };
const PLACE = { request: 'apr-mortgage-1-2-0', role: 'risk_owner' };

let slack: SlackStandIn;
let app: Server;
let received: SlackRequest[];
let answer: { status: number; body: string };
let onRequest: (triggerId: string) => Promise<unknown>;
let now: number;

beforeEach(async () => {
  received = [];
  answer = { status: 200, body: '' };
  onRequest = async () => undefined;
  now = Date.parse('2026-11-21T09:00:00Z');
  app = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature } = request.headers;
    received.push({ timestamp: String(timestamp), signature: String(signature), body });
    const { trigger_id } = JSON.parse(new URLSearchParams(body.toString()).get('payload') ?? '{}');
    await onRequest(trigger_id);
    response.writeHead(answer.status).end(answer.body);
  });
  const port = await listen(app, 0, 'PORT');
  slack = await startSlack({ port: 0, requestUrl: `http://127.0.0.1:${port}/`, now: () => now });
  slack.workspace.join([ANA, RUTH]);
});
afterEach(async () => {
  await slack.stop();
  await close(app);
});

const place = (token = slack.token) => ({
  token: { current: async () => token, newer: async () => token },
  apiUrl: slack.apiUrl,
  timeoutMs: 5000,
});
const messenger = (token?: string) => slackMessenger(place(token));
const views = () => slackViews(place());

const button = (text = 'Approve …'): Block => ({
  type: 'actions',
  block_id: 'decide',
  elements: [{ type: 'button', action_id: 'approve', text: shown(text, 75), value: JSON.stringify(PLACE) }],
});
const asked = async (blocks: Block[] = [section('Is it good?'), button()]) => {
  await messenger().postMessage(ANA.user, { text: 'Approval needed', blocks });
  const [message] = slack.workspace.messagesIn('D0ANASILVA').slice(-1);
  if (message === undefined) throw new Error('there is no message');
  return message;
};
const title = shown('Your decision', 24);
const FORM = {
  type: 'modal' as const,
  callback_id: 'decide',
  private_metadata: '',
  title,
  submit: title,
  close: title,
  blocks: [
    {
      type: 'input' as const,
      block_id: 'checklist.read',
      label: shown('Read?', 75),
      element: {
        type: 'radio_buttons' as const,
        action_id: 'answer',
        options: [{ text: shown('Yes', 75), value: 'yes' }],
      },
    },
    {
      type: 'input' as const,
      block_id: 'comment',
      label: shown('Comment', 75),
      optional: true,
      element: { type: 'plain_text_input' as const, action_id: 'typed', max_length: 20 },
    },
  ],
};
const pressed = async () => {
  const { channel, ts } = await asked();
  return slack.press({ user: ANA.user, channel, ts, action_id: 'approve' });
};
/** A form that the app has opened over a press. */
const opened = async () => {
  onRequest = (trigger) => views().openView(trigger, FORM);
  const { view } = await pressed();
  if (view === undefined) throw new Error('there is no view');
  onRequest = async () => undefined;
  return view;
};
const send = async (values: Record<string, string>) => {
  const { id } = await opened();
  return slack.submit({ user: ANA.user, view_id: id, values });
};

describe('the Web API', () => {
  it('keeps a message for the member, and changes it where it is', async () => {
    const { channel, ts } = await asked();

    await messenger().updateMessage({ channel, ts }, { text: 'Decided', blocks: [section('Ana approved.')] });

    expect(slack.workspace.messagesIn(channel)).toMatchObject([
      { channel: 'D0ANASILVA', ts, text: 'Decided', isEdited: true },
    ]);
  });

  it.each([
    ['another token', () => messenger('xoxb-guessed').postMessage(ANA.user, { text: 'x', blocks: [] }), 'invalid_auth'],
    ['a stranger', () => messenger().postMessage('U0NOBODY', { text: 'x', blocks: [] }), 'channel_not_found'],
    ['51 blocks', () => asked(Array.from({ length: 51 }, () => section('x'))), 'invalid_blocks'],
    [
      'a text of 3,001 characters',
      () => asked([{ ...section('x'), text: { ...shown('x', 9), text: 'x'.repeat(3001) } } as Block]),
      'invalid_blocks',
    ],
    ['an empty text', () => asked([section('')]), 'invalid_blocks'],
    ['two blocks of one name', () => asked([button(), button()]), 'invalid_blocks'],
    ['a name of 256 characters', () => asked([{ ...button(), block_id: 'b'.repeat(256) } as Block]), 'invalid_blocks'],
  ])('refuses %s', async (_what, call, problem) => {
    await expect(call()).rejects.toThrow(problem);
  });

  it('knows no other method, no message that is gone, and nobody without a token', async () => {
    const call = async (method: string, headers = {}) =>
      (await fetch(`${slack.apiUrl}${method}`, { method: 'POST', headers })).json();

    expect(await call('users.list', { authorization: `Bearer ${slack.token}` })).toEqual({
      ok: false,
      error: 'unknown_method',
    });
    expect(await call('chat.postMessage')).toEqual({ ok: false, error: 'not_authed' });
    const body = new URLSearchParams({ channel: 'D0ANASILVA', ts: '1.0', text: 'x' });
    const headers = { authorization: `Bearer ${slack.token}` };
    const gone = await fetch(`${slack.apiUrl}chat.update`, { method: 'POST', headers, body });
    expect(await gone.json()).toEqual({ ok: false, error: 'message_not_found' });
  });
});

describe('a press', () => {
  it('is signed, names the member and the message, and says nothing of who was asked', async () => {
    const { channel, ts } = await asked();

    await slack.press({ user: RUTH.user, channel, ts, action_id: 'approve' });

    const [request] = received;
    if (request === undefined) throw new Error('the app was not told');
    const secret = { current: async () => slack.signingSecret, newer: async () => slack.signingSecret };
    const at = Instant.parse(new Date(now).toISOString());
    expect(await isOfSlack(request, secret, at)).toBe(true);
    expect(await isOfSlack(request, { ...secret, current: async () => 'x', newer: async () => 'x' }, at)).toBe(false);
    expect(readInteraction(request.body)).toMatchObject({
      kind: 'pressed',
      account: { team_id: RUTH.team, user_id: RUTH.user },
      decision: 'approve',
      place: PLACE,
      message: { channel, ts },
    });
  });

  it('lets the app open one view, within three seconds', async () => {
    const outcomes: boolean[] = [];
    onRequest = async (trigger) => {
      outcomes.push(await views().openView(trigger, FORM), await views().openView(trigger, FORM));
    };
    expect((await pressed()).view?.content.blocks).toHaveLength(2);

    onRequest = async (trigger) => {
      now += 3_001;
      outcomes.push(await views().openView(trigger, FORM));
    };
    expect((await pressed()).view).toBeUndefined();
    expect(outcomes).toEqual([true, false, false]);
  });

  it('is trouble if the app does not answer 200', async () => {
    answer = { status: 401, body: '' };

    expect(await pressed()).toEqual({ trouble: 'the app answered 401' });
  });
});

describe('a form', () => {
  it('is asked for again by Slack where something is missing: the app hears nothing', async () => {
    const { view } = await send({ comment: 'fine' });

    expect(Object.keys(view?.errors ?? {})).toEqual(['checklist.read']);
    expect(received).toHaveLength(1);
  });

  it('that is sent has what was chosen and typed, by the names of blocks and elements', async () => {
    await send({ 'checklist.read': 'yes', comment: '' });

    const { view } = JSON.parse(
      new URLSearchParams(Buffer.from(received[1]?.body ?? []).toString()).get('payload') ?? '',
    );
    expect(view.state.values).toEqual({
      'checklist.read': {
        answer: { type: 'radio_buttons', selected_option: { text: shown('Yes', 75), value: 'yes' } },
      },
      comment: { typed: { type: 'plain_text_input', value: null } },
    });
  });

  it.each([
    ['closes', '', undefined, {}],
    [
      'shows what is wrong',
      { response_action: 'errors', errors: { comment: 'Say more.' } },
      2,
      { comment: 'Say more.' },
    ],
    ['shows another view', { response_action: 'update', view: { ...FORM, blocks: [] } }, 0, {}],
  ])('%s as the app answers', async (_what, body, blocks, errors) => {
    const { id } = await opened();
    answer = { status: 200, body: body === '' ? '' : JSON.stringify(body) };

    const { view } = await slack.submit({ user: ANA.user, view_id: id, values: { 'checklist.read': 'yes' } });

    expect(view?.content.blocks.length).toBe(blocks);
    expect(view?.errors ?? {}).toEqual(errors);
  });

  it.each([
    ['a title of 25 characters', { ...FORM, title: { ...title, text: 'x'.repeat(25) } }],
    ['fields without a way to send them', { ...FORM, submit: undefined }],
    ['101 blocks', { ...FORM, blocks: Array.from({ length: 101 }, () => section('x')) }],
  ])('is refused with %s', async (_what, form) => {
    const { id } = await opened();

    await expect(views().updateView({ view_id: id }, form as typeof FORM)).rejects.toThrow('invalid_arguments');
  });
});
