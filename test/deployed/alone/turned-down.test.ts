/**
 * A release that a person denies, or asks to have changed. All examples have the same signed bytes, so the denial stands in the way
 * of every other one that is waiting: nothing may run beside it, and after it nothing is approved without the person who denied.
 */
import { describe, expect, it } from 'vitest';
import { approveInBrowser, type Decision, decideInBrowser, openInBrowser } from '../../../local/approver.ts';
import { post } from '../support/doors.ts';
import { eventually } from '../support/eventually.ts';
import { approvedBy, invitationsOf, linkOf, QUORUM, releaseIn, validated } from '../support/life.ts';
import { endOf } from '../support/machines.ts';
import { deployReviews } from '../support/reviews.ts';
import { packageStatus } from '../support/sagemaker.ts';
import { variant } from '../support/variant.ts';
import { store } from '../support/world.ts';

const denying: Decision = { decision: 'deny', confirmation: '1.1.0', comment: 'The rates differ too much.' };

const eventsOf = async (modelName: string) => (await store.events(modelName)).map(({ event }) => event);

describe('changes that are asked for (AP-8)', () => {
  it('end the release, and the next one that answers shows question and answer on top', async () => {
    const question = 'The card must name the group that is refused most often.';
    const change_note = 'The card names it, with its rate and why it differs.';
    const { release_id, model_name } = await validated(await variant('asked-to-change', '1.1.0'));
    const page = await openInBrowser(await linkOf(release_id, 'ruth.meyer'));

    const asking = { ...denying, decision: 'request_changes', comment: question } as const;
    const { status } = await decideInBrowser(page, asking);

    expect(status).toBe(200);
    const { reasons } = await releaseIn(release_id, 'rejected');
    expect(reasons).toMatchObject([{ rule: 'changes_requested', explanation: expect.stringContaining(question) }]);
    expect(await endOf('release', release_id)).toEqual({ status: 'FAILED', error: 'ReleaseRejected' });
    const asked = (await eventsOf(model_name)).filter(({ event_type }) => event_type === 'changes_requested');
    expect(asked).toMatchObject([{ actor_id: 'ruth.meyer', reason: question }]);

    const next = await variant('asked-to-change', '1.2.0', { answers: release_id });
    const silent = await post({ ...next, release_id: 'asked-to-change-silent' });
    const answering = await validated({ ...next, change_note });
    const { page: shown } = await openInBrowser(await linkOf(answering.release_id, 'ruth.meyer'));
    await approvedBy(answering, QUORUM);

    expect([silent.status, JSON.stringify(silent.body)]).toEqual([422, expect.stringContaining('change_note')]);
    const inOrder = [
      'Changes were asked for before',
      question,
      `The requester answers: <bdi>${change_note}`,
      'id="decision"',
    ];
    const places = inOrder.map((text) => shown.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    // Its heading is the first of the page.
    expect(shown.slice(0, places[0]).match(/<h2/g)).toHaveLength(1);
    await releaseIn(answering.release_id, 'production');
  });
});

describe('a denial in a stage of approval (AP-2)', () => {
  it('ends the release, and those of later stages are neither asked nor told', async () => {
    const restore = await deployReviews({ business: ['risk_owner'] });
    try {
      const { release_id, model_name } = await validated(await variant('denied-in-a-stage', '1.1.0'));
      await approveInBrowser(await linkOf(release_id, 'ana.silva'), '1.1.0');
      const page = await openInBrowser(await linkOf(release_id, 'ruth.meyer'));

      const { status } = await decideInBrowser(page, denying);

      expect(status).toBe(200);
      await releaseIn(release_id, 'rejected');
      expect(await endOf('release', release_id)).toEqual({ status: 'FAILED', error: 'ReleaseRejected' });
      const decisions = (await eventsOf(model_name)).filter(({ event_type }) => /^approval_(gr|den)/.test(event_type));
      expect(decisions).toMatchObject([
        { actor_id: 'ana.silva', details: { stage: { name: 'technical', opens: ['business'] } } },
        { actor_id: 'ruth.meyer', event_type: 'approval_denied', details: { stage: { name: 'business', opens: [] } } },
      ]);
      // Each was sent a link; those who had decided or might have, and the requester, are told the outcome.
      const mails = await eventually('the outcome to be told', async () => {
        const sent = await invitationsOf(release_id);
        return sent.filter(({ link }) => link === '').length >= 4 ? sent : undefined;
      });
      const asked = ['ana.silva', 'ben.okafor', 'ruth.meyer'];
      const of = (isLink: boolean) => mails.filter(({ link }) => (link !== '') === isLink).map(({ person }) => person);
      expect([of(true), of(false)]).toEqual([asked, ['ana.silva', 'ben.okafor', 'dana.kim', 'ruth.meyer']]);
    } finally {
      await restore();
    }
  });
});

describe('a denial (AP-9)', () => {
  it('needs a reason, and then ends the release, its execution and its package', async () => {
    const { release_id } = await validated(await variant('denied', '1.1.0'));
    const page = await openInBrowser(await linkOf(release_id, 'ruth.meyer'));

    const silent = await decideInBrowser(page, { ...denying, comment: ' ' });
    const stateAfterSilent = (await store.get('release', release_id))?.state;
    // Without a reason the form comes back with a new cookie: here the page is opened again.
    const reasoned = await decideInBrowser(await openInBrowser(page.link), denying);

    expect([silent.status, stateAfterSilent]).toEqual([422, 'validated']);
    expect(reasoned.status).toBe(200);
    const { reasons, modelPackageArn = '' } = await releaseIn(release_id, 'rejected');
    expect(reasons).toMatchObject([{ rule: 'human_approval', explanation: expect.stringContaining('ruth.meyer') }]);
    expect(await endOf('release', release_id)).toEqual({ status: 'FAILED', error: 'ReleaseRejected' });
    await eventually('the registry to say so', async () => {
      const { ModelApprovalStatus } = await packageStatus(modelPackageArn);
      return ModelApprovalStatus === 'Rejected' ? true : undefined;
    });
  });
});
