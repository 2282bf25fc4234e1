/** Time ends requests that wait for people, but never decides for them. The test moves their dates in the table. */
import { describe, expect, it } from 'vitest';
import { recordKey } from '../../lib/adapters/dynamodb-keys.ts';
import { decideInBrowser, openInBrowser } from '../../local/approver.ts';
import { sweep } from './support/dispatch.ts';
import { eventually } from './support/eventually.ts';
import { approvedBy, linkOf, QUORUM, releaseIn, validated } from './support/life.ts';
import { endOf } from './support/machines.ts';
import { packageStatus } from './support/sagemaker.ts';
import { LONG_AGO, outboxOf, tamper } from './support/table.ts';
import { LOWER_TIER, variant } from './support/variant.ts';
import { store } from './support/world.ts';

describe('an approval request whose deadline has passed (EX-5)', () => {
  it('cannot be answered even before the sweep, and the sweep ends the release', async () => {
    const { release_id, model_name } = await validated(await variant('late', '1.1.0'));
    const page = await openInBrowser(await linkOf(release_id, 'ana.silva'));
    const [due] = await outboxOf(model_name, 'expire_request');
    if (due === undefined) throw new Error('the deadline is not noted');

    await tamper(recordKey('request', `apr-${release_id}`), 'expiresAt', LONG_AGO);
    const posted = await decideInBrowser(page, { decision: 'approve', confirmation: '1.1.0', comment: '' });
    const opened = await openInBrowser(page.link);

    expect([posted.status, opened.status]).toEqual([410, 410]);
    expect(await store.list('approval', release_id)).toEqual([]);
    expect((await store.get('release', release_id))?.state).toBe('validated');

    await tamper(due, 'due_at', LONG_AGO);
    await sweep();

    const { reasons, modelPackageArn = '' } = await releaseIn(release_id, 'expired');
    expect(reasons).toMatchObject([{ rule: 'approval_deadline' }]);
    expect(await endOf('release', release_id)).toEqual({ status: 'FAILED', error: 'ReleaseExpired' });
    expect((await store.events(model_name)).map(({ event }) => event.event_type)).toContain('approval_expired');
    await eventually('the registry to say so', async () => {
      const { ModelLifeCycle } = await packageStatus(modelPackageArn);
      return ModelLifeCycle?.StageStatus === 'OnHold' ? true : undefined;
    });
  });

  it('never lowers a tier: the release is rejected, though all but one have approved (RT-3)', async () => {
    const manifest = await validated(await variant('late-lowered', '1.1.0', LOWER_TIER));
    const { release_id, model_name } = manifest;
    await approvedBy(manifest, QUORUM);
    const [due] = await outboxOf(model_name, 'expire_request');
    if (due === undefined) throw new Error('the deadline is not noted');

    await tamper(recordKey('request', `apr-${release_id}`), 'expiresAt', LONG_AGO);
    await tamper(due, 'due_at', LONG_AGO);
    await sweep();

    const { reasons } = await releaseIn(release_id, 'rejected');
    expect(reasons).toMatchObject([{ rule: 'tier_override' }]);
    expect(await endOf('release', release_id)).toEqual({ status: 'FAILED', error: 'ReleaseRejected' });
  });
});
