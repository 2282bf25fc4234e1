import { describe, expect, it } from 'vitest';
import { slackMessenger } from '../../lib/adapters/slack-messenger.ts';
import { section } from '../../lib/web/slack/blocks.ts';
import { recordedSlack } from '../support/recorded-slack.ts';

const { calls, answers, placeOf } = recordedSlack();
const slack = (token?: string, newer?: string) => slackMessenger(placeOf(token, newer));
const MESSAGE = { text: 'Approval needed', blocks: [section('Is it good?')] };
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
    expect(JSON.parse(String(calls[0]?.args['blocks']))).toEqual(MESSAGE.blocks);
  });

  it('is changed where it is', async () => {
    await slack().updateMessage({ channel: 'D1', ts: '1.2' }, MESSAGE);

    expect(calls).toMatchObject([{ method: '/api/chat.update', args: { channel: 'D1', ts: '1.2', parse: 'none' } }]);
  });

  it('that is gone, or that Slack lets nobody change, is left; anything else is tried again', async () => {
    answers.push({ ok: false, error: 'message_not_found' }, { ok: false, error: 'cant_update_message' });
    const change = () => slack().updateMessage({ channel: 'D1', ts: '1.2' }, MESSAGE);

    await change();
    await change();

    answers.push({ ok: false, error: 'fatal_error' });
    await expect(change()).rejects.toThrow('fatal_error');
    expect(calls).toHaveLength(3);
  });

  it('is tried with the token that took the place of the one that is kept, and with no third', async () => {
    answers.push({ ok: false, error: 'token_revoked' });

    await slack('xoxb-one', 'xoxb-two').postMessage('U1', MESSAGE);

    expect(calls.map(({ token }) => token)).toEqual(['Bearer xoxb-one', 'Bearer xoxb-two']);
    answers.push({ ok: false, error: 'invalid_auth' });
    await expect(slack().postMessage('U1', MESSAGE)).rejects.toThrow('invalid_auth');
    expect(calls).toHaveLength(3);
  });

  it('that Slack refuses is an error that does not say the token', async () => {
    answers.push({ ok: false, error: 'channel_not_found' });

    const error = await slack()
      .postMessage('U1', MESSAGE)
      .catch((cause: unknown) => cause);

    expect(String(error)).toContain('channel_not_found');
    expect(JSON.stringify(error) + String(error)).not.toContain('xoxb');
  });
});
