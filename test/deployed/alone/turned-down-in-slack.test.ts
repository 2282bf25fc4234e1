/**
 * A release that a person denies in Slack. Like every denial it stands in the way of all examples, which have the same signed
 * bytes: nothing may run beside it (see `turned-down`).
 */
import { describe, expect, it } from 'vitest';
import { approveInSlack, askedInSlack, decidedInSlack, filledIn, formInSlack } from '../../../local/slack-approver.ts';
import { releaseIn, validated } from '../support/life.ts';
import { ANA, decisionsAbout, RUTH, slack } from '../support/slack-workspace.ts';
import { variant } from '../support/variant.ts';

describe('a release that is denied in Slack', () => {
  it('needs a reason, which is on record, and rejects the release', async () => {
    const manifest = await validated(await variant('denied-in-slack', '1.1.0'));
    const { release_id } = manifest;
    const question = await askedInSlack(slack, RUTH, release_id);
    const { channel, ts } = question;
    const form = await formInSlack(slack, { user: RUTH, channel, ts, action_id: 'deny' });
    const values = filledIn(form, { confirmation: '1.1.0', comment: ' ' });
    const submit = (comment: string) => slack.submit({ user: RUTH, view_id: form.id, values: { ...values, comment } });

    const refused = await submit(' ');
    await submit('The groups differ by more than I can defend.');
    const told = await decidedInSlack(slack, RUTH, question);

    expect(Object.keys(refused.view?.errors ?? {})).toEqual(['comment']);
    expect(told).toContain('Ruth Meyer denied denied-in-slack 1.1.0 as risk owner');
    expect((await releaseIn(release_id, 'rejected')).state).toBe('rejected');
    expect(await decisionsAbout(manifest)).toMatchObject({
      rows: [{ approverId: 'ruth.meyer', decision: 'deny', comment: 'The groups differ by more than I can defend.' }],
      events: ['approval_denied'],
    });
    await expect(approveInSlack(slack, { user: ANA, releaseId: release_id, version: '1.1.0' })).rejects.toThrow(
      /no form.*rejected/s,
    );
  });
});
