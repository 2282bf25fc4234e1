/** Packages that people change by hand, under a policy that reports approvals, and rolls back what was rejected. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { deployPolicy, written } from '../support/governance.ts';
import { inProduction, releaseIn, validated } from '../support/life.ts';
import { packageInStep, setByHand, shown } from '../support/package-by-hand.ts';
import { variant } from '../support/variant.ts';
import { store } from '../support/world.ts';

let restore: () => Promise<unknown>;
beforeAll(async () => {
  const rules = { registry_drift: 'report', on_rejected_by_hand: 'roll_back' };
  restore = await deployPolicy({ ...(await written('governance-policy.yaml')), ...rules });
});
afterAll(() => restore());

const eventOf = (modelName: string, type: string) =>
  eventually(type, async () => (await store.events(modelName)).find(({ event }) => event.event_type === type)?.event);

describe('a package that somebody changes by hand (GT-4)', () => {
  it('is only reported when it was approved', async () => {
    const { release_id: releaseId, model_name: modelName } = await validated(await variant('reported', '1.1.0'));

    const modelPackageArn = await packageInStep(releaseId);
    await setByHand(modelPackageArn, 'Approved');

    expect((await eventOf(modelName, 'model_package_drifted')).details).toMatchObject({ answer: 'reported' });
    expect((await shown(modelPackageArn)).ModelApprovalStatus).toBe('Approved');
  });

  it('takes what serves back when it was rejected', async () => {
    const first = await inProduction(await variant('taken-back-by-hand', '1.1.0'));
    const second = await inProduction(await variant('taken-back-by-hand', '1.2.0'));

    const modelPackageArn = await packageInStep(second.release_id);
    await setByHand(modelPackageArn, 'Rejected');

    await releaseIn(second.release_id, 'rolled_back');
    await releaseIn(first.release_id, 'production');
    expect(await eventOf('taken-back-by-hand', 'rollback_requested')).toMatchObject({
      actor_id: modelPackageArn,
      reason: expect.stringContaining('was rejected by hand'),
    });
  });
});
