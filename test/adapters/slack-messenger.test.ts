import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { slackMessenger } from '../../lib/adapters/slack-messenger.ts';
import { section, shown } from '../../lib/web/slack/blocks.ts';

type Call = { readonly method: string; readonly token: string; readonly args: Record<string, string> };

let calls: Call[];
let answers: object[];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const args = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    calls.push({ method: request.url ?? '', token: request.headers.authorization ?? '', args });
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(answers.shift() ?? { ok: true }));
  });
});
let apiUrl: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  apiUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api/`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  calls = [];
  answers = [];
});

const slack = (token = 'xoxb-one', newer = token) =>
  slackMessenger({ token: { current: async () => token, newer: async () => newer }, apiUrl, timeoutMs: 5000 });
const MESSAGE = { text: 'Approval needed', blocks: [section('Is it good?')] };
const title = shown('Your decision', 24);
const VIEW = { type: 'modal' as const, callback_id: 'told', private_metadata: '', title, close: title, blocks: [] };

describe('a message', () => {
  it('is posted to the person, and Slack looks for nothing in it', async () => {
    await slack().postMessage('U0GRACE01', MESSAGE);

    expect(calls).toMatchObject([
      {
        method: '/api/chat.postMessage',
        token: 'Bearer xoxb-one',
        args: {
          channel: 'U0GRACE01',
          text: 'Approval needed',
          parse: 'none',
          mrkdwn: 'false',
          link_names: 'false',
          unfurl_links: 'false',
          unfurl_media: 'false',
        },
      },
    ]);
    expect(JSON.parse(calls[0]?.args['blocks'] ?? '')).toEqual(MESSAGE.blocks);
  });

  it('is changed where it is', async () => {
    await slack().updateMessage({ channel: 'D1', ts: '1.2' }, MESSAGE);

    expect(calls).toMatchObject([{ method: '/api/chat.update', args: { channel: 'D1', ts: '1.2', parse: 'none' } }]);
  });

  it('is tried with the token that took the place of the one that is kept, and with no third', async () => {
    answers = [{ ok: false, error: 'token_revoked' }];

    await slack('xoxb-one', 'xoxb-two').postMessage('U1', MESSAGE);

    expect(calls.map(({ token }) => token)).toEqual(['Bearer xoxb-one', 'Bearer xoxb-two']);
    answers = [{ ok: false, error: 'invalid_auth' }];
    await expect(slack().postMessage('U1', MESSAGE)).rejects.toThrow('invalid_auth');
    expect(calls).toHaveLength(3);
  });

  it('that Slack refuses is an error that does not say the token', async () => {
    answers = [{ ok: false, error: 'channel_not_found' }];

    const error = await slack()
      .postMessage('U1', MESSAGE)
      .catch((cause: unknown) => cause);

    expect(String(error)).toContain('channel_not_found');
    expect(JSON.stringify(error) + String(error)).not.toContain('xoxb');
  });
});

describe('a view', () => {
  it.each(['expired_trigger_id', 'exchanged_trigger_id', 'duplicate_external_id'])(
    'is not opened twice by one press: %s',
    async (error) => {
      answers = [{ ok: true }, { ok: false, error }];

      expect([await slack().openView('1.2.3', VIEW), await slack().openView('1.2.3', VIEW)]).toEqual([true, false]);
    },
  );

  it('that cannot be opened for another reason is an error', async () => {
    answers = [{ ok: false, error: 'invalid_arguments' }];

    await expect(slack().openView('1.2.3', VIEW)).rejects.toThrow('invalid_arguments');
  });

  it('is changed by its id or its name, if it is still there', async () => {
    answers = [{ ok: true }, { ok: false, error: 'not_found' }, { ok: false, error: 'hash_conflict' }];

    await slack().updateView({ external_id: 'assay-1' }, VIEW);
    await slack().updateView({ view_id: 'V1' }, VIEW);

    await expect(slack().updateView({ view_id: 'V1' }, VIEW)).rejects.toThrow('hash_conflict');
    expect(calls.map(({ args }) => args['external_id'] ?? args['view_id'])).toEqual(['assay-1', 'V1', 'V1']);
  });
});
