/** The pages of Slack beside the mailbox, as a browser without scripts uses them. */
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { slackMessenger } from '../../lib/adapters/slack-messenger.ts';
import { slackViews } from '../../lib/adapters/slack-views.ts';
import { section, shown } from '../../lib/web/slack/blocks.ts';
import { close, listen } from '../../local/listen.ts';
import { until } from '../../local/ports.ts';
import { startProxy } from '../../local/proxy.ts';
import { type SlackStandIn, startSlack } from '../../local/slack/server.ts';

const ANA = { team: 'T0EXAMPLE', user: 'U0ANASILVA', name: 'Ana Silva' };
const RUTH = { team: 'T0EXAMPLE', user: 'U0RUTHMEYER', name: 'Ruth Meyer' };
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
      block_id: 'confirmation',
      label: shown('Type the version', 75),
      element: { type: 'plain_text_input' as const, action_id: 'typed' },
    },
  ],
};
const TOLD = {
  type: 'modal' as const,
  callback_id: 'told',
  private_metadata: '',
  title: shown('Recorded', 24),
  close: title,
  blocks: [section('Ana approved.')],
};

let app: Server;
let slack: SlackStandIn;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let base: string;
let answer: { status: number; body: string };
beforeEach(async () => {
  answer = { status: 200, body: '' };
  app = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { type, trigger_id, view } = JSON.parse(new URLSearchParams(body).get('payload') ?? '{}');
    const views = slackViews(place());
    if (type === 'block_actions') {
      await views.openView(trigger_id, { ...FORM, external_id: 'one' });
      await views.updateView({ external_id: 'one' }, FORM);
    } else if (answer.body.includes('One moment')) {
      // What the app has to say comes after what it says at once.
      const isShown = async () => slack.workspace.view(view.id).content.title.text === 'One moment';
      void until(isShown, 60_000).then(() => views.updateView({ view_id: view.id }, TOLD));
    }
    response.writeHead(answer.status).end(answer.body);
  });
  slack = await startSlack({ port: 0, requestUrl: `http://127.0.0.1:${await listen(app, 0, 'PORT')}/` });
  slack.workspace.join([ANA, RUTH]);
  proxy = await startProxy({ port: 0, endpoint: 'http://127.0.0.1:9', apiId: 'api1', slack });
  base = `http://localhost:${proxy.port}`;
  await slackMessenger(place()).postMessage(RUTH.user, {
    text: 'Approval needed',
    blocks: [
      section('Is <script>alert(1)</script> good?'),
      {
        type: 'actions',
        block_id: 'decide',
        elements: [{ type: 'button', action_id: 'approve', text: shown('Approve …', 75), value: '{}' }],
      },
    ],
  });
});
afterEach(async () => {
  await proxy.stop();
  await slack.stop();
  await close(app);
});

const place = () => ({
  token: { current: async () => slack.token, newer: async () => slack.token },
  apiUrl: slack.apiUrl,
  timeoutMs: 5000,
});
const page = async (path: string) => {
  const response = await fetch(`${base}${path}`);
  return { status: response.status, text: await response.text(), headers: response.headers };
};
const send = async (path: string, fields: Record<string, string>, site = 'same-origin') => {
  const response = await fetch(`${base}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': site },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, text: await response.text(), location: response.headers.get('location') ?? '' };
};
const press = async (site?: string) => {
  const [message] = slack.workspace.messagesIn('D0RUTHMEYER');
  const { channel = '', ts = '' } = message ?? {};
  return send('/slack/press', { user: RUTH.user, channel, ts, action_id: 'approve' }, site);
};

describe('a conversation', () => {
  it('is that of whoever was written to last; its texts are text, and no script runs', async () => {
    const { text, headers } = await page('/slack');

    expect(text).toContain('You are Ruth Meyer');
    expect(text).toContain('Is &lt;script&gt;alert(1)&lt;/script&gt; good?');
    expect(text).toContain('Approve …</button>');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*form-action 'self'/);
    expect((await page('/slack?as=U0ANASILVA')).text).toContain('No message yet');
    expect((await page('/slack?as=U0NOBODY')).status).toBe(404);
  });

  it('has what people reply, and the app is not told', async () => {
    expect(await send('/slack/reply', { user: RUTH.user, text: 'LGTM' })).toMatchObject({ status: 303 });

    expect((await page('/slack')).text).toContain('<div class="words">LGTM</div>');
  });

  it.each(['cross-site', 'same-site', 'none'])('is not acted in by a page of somebody else: %s', async (site) => {
    expect((await press(site)).status).toBe(403);
    expect((await send('/slack/reply', { user: RUTH.user, text: 'LGTM' }, site)).status).toBe(403);
  });
});

describe('a form', () => {
  it('opens by a button, keeps what was typed where something is wrong, and shows in the end what came of it', async () => {
    const { status, location } = await press();
    const form = await page(location);
    const view_id = location.replace('/slack/views/', '');
    answer.body = JSON.stringify({ response_action: 'errors', errors: { confirmation: 'This is not exactly 1.2.0.' } });
    const wrong = await send('/slack/send', { view_id, 'block.confirmation': '1.2' });
    answer.body = JSON.stringify({ response_action: 'update', view: { ...TOLD, title: shown('One moment', 24) } });
    const sent = await send('/slack/send', { view_id, 'block.confirmation': '1.2.0' });

    expect([status, form.status, wrong.status, sent.status]).toEqual([303, 200, 422, 303]);
    expect(form.text).toContain('name="block.confirmation"');
    expect(wrong.text).toContain('This is not exactly 1.2.0.');
    expect(wrong.text).toContain('value="1.2"');
    expect((await page(sent.location)).text).toContain('Ana approved.');
  });

  it('is none where the app does not answer as it should: Slack says so', async () => {
    answer.status = 401;

    const { status, text } = await press();

    expect(status).toBe(502);
    expect(text).toContain('the app answered 401');
  });
});
