/**
 * A release that a person denies. All examples have the same signed bytes, so the denial stands in the way of every other one
 * that is waiting: nothing may run beside it, and nothing after it asks for an approval.
 */
import { describe, expect, it } from 'vitest';
import { type Decision, decideInBrowser, openInBrowser } from '../../../local/approver.ts';
import { eventually } from '../support/eventually.ts';
import { linkOf, releaseIn, validated } from '../support/life.ts';
import { endOf } from '../support/machines.ts';
import { packageStatus } from '../support/sagemaker.ts';
import { variant } from '../support/variant.ts';
import { store } from '../support/world.ts';

const denying: Decision = { decision: 'deny', confirmation: '1.1.0', comment: 'The rates differ too much.' };

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
