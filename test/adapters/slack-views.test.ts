import { describe, expect, it } from 'vitest';
import { slackViews } from '../../lib/adapters/slack-views.ts';
import { shown } from '../../lib/web/slack/blocks.ts';
import { recordedSlack } from '../support/recorded-slack.ts';

const { calls, answers, placeOf } = recordedSlack();
const slack = (token?: string, newer?: string) => slackViews(placeOf(token, newer));

const title = shown('Your decision', 24);
const VIEW = { type: 'modal' as const, callback_id: 'told', private_metadata: '', title, close: title, blocks: [] };

describe('a view', () => {
  it('is opened by one request with the token in its header', async () => {
    expect(await slack().openView('1.2.3', VIEW)).toBe(true);

    const args = { trigger_id: '1.2.3', view: VIEW };
    expect(calls).toEqual([{ method: '/api/views.open', token: 'Bearer xoxb-one', args }]);
  });

  it.each(['expired_trigger_id', 'exchanged_trigger_id', 'duplicate_external_id'])(
    'is not opened twice by one press: %s',
    async (error) => {
      answers.push({ ok: true }, { ok: false, error });

      expect([await slack().openView('1.2.3', VIEW), await slack().openView('1.2.3', VIEW)]).toEqual([true, false]);
    },
  );

  it('that cannot be opened for another reason is an error', async () => {
    answers.push({ ok: false, error: 'invalid_arguments' }, { ok: false });

    await expect(slack().openView('1.2.3', VIEW)).rejects.toThrow('Slack did not answer views.open: invalid_arguments');
    await expect(slack().openView('1.2.3', VIEW)).rejects.toThrow('unknown_error');
  });

  it('is changed by its id or its name, if it is still there', async () => {
    answers.push({ ok: true }, { ok: false, error: 'not_found' }, { ok: false, error: 'hash_conflict' });

    await slack().updateView({ external_id: 'assay-1' }, VIEW);
    await slack().updateView({ view_id: 'V1' }, VIEW);

    await expect(slack().updateView({ view_id: 'V1' }, VIEW)).rejects.toThrow('hash_conflict');
    expect(calls.map(({ args }) => args['external_id'] ?? args['view_id'])).toEqual(['assay-1', 'V1', 'V1']);
  });

  it('is opened with the token that took the place of the one that is kept', async () => {
    answers.push({ ok: false, error: 'token_revoked' });

    expect(await slack('xoxb-one', 'xoxb-two').openView('1.2.3', VIEW)).toBe(true);
    expect(calls.map(({ token }) => token)).toEqual(['Bearer xoxb-one', 'Bearer xoxb-two']);
  });

  it('is not opened by an answer that is none of Slack, and the error does not say the token', async () => {
    answers.push({ status: 502, text: 'Bad gateway' });

    const error = await slack()
      .openView('1.2.3', VIEW)
      .catch((cause: unknown) => cause);

    expect(String(error)).toContain('502');
    expect(JSON.stringify(error) + String(error)).not.toContain('xoxb');
  });
});
