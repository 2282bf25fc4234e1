/** Packages that people change by hand, under a policy that reports approvals, and rolls back what was rejected. */
import { DescribeModelPackageCommand, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { deployPolicy, written } from '../support/governance.ts';
import { inProduction, releaseIn, validated } from '../support/life.ts';
import { outboxOf } from '../support/table.ts';
import { variant } from '../support/variant.ts';
import { sagemaker, store } from '../support/world.ts';

let restore: () => Promise<unknown>;
beforeAll(async () => {
  const rules = { registry_drift: 'report', on_rejected_by_hand: 'roll_back' };
  restore = await deployPolicy({ ...(await written('governance-policy.yaml')), ...rules });
});
afterAll(() => restore());

const shown = (ModelPackageName: string) => sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName }));
/** Once nothing is to be written to the package any more: SageMaker lets the later of two writes win. */
const setByHand = async (releaseId: string, ModelApprovalStatus: 'Approved' | 'Rejected'): Promise<string> => {
  const ModelPackageArn = await eventually(`the registry to be in step with ${releaseId}`, async () => {
    const { modelName = '', modelPackageArn: arn, state } = (await store.get('release', releaseId)) ?? {};
    const isNoted = arn !== undefined && (await shown(arn)).CustomerMetadataProperties?.['gov.status'] === state;
    const syncs = await outboxOf(modelName, 'sync_registry');
    return isNoted && syncs.every(({ done_at: done }) => done !== undefined) ? arn : undefined;
  });
  await sagemaker.send(new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus }));
  return ModelPackageArn;
};
const eventOf = (modelName: string, type: string) =>
  eventually(type, async () => (await store.events(modelName)).find(({ event }) => event.event_type === type)?.event);

describe('a package that somebody changes by hand (GT-4)', () => {
  it('is only reported when it was approved', async () => {
    const { release_id: releaseId, model_name: modelName } = await validated(await variant('reported', '1.1.0'));

    const modelPackageArn = await setByHand(releaseId, 'Approved');

    expect((await eventOf(modelName, 'model_package_drifted')).details).toMatchObject({ answer: 'reported' });
    expect((await shown(modelPackageArn)).ModelApprovalStatus).toBe('Approved');
  });

  it('takes what serves back when it was rejected', async () => {
    const first = await inProduction(await variant('taken-back-by-hand', '1.1.0'));
    const second = await inProduction(await variant('taken-back-by-hand', '1.2.0'));

    const modelPackageArn = await setByHand(second.release_id, 'Rejected');

    await releaseIn(second.release_id, 'rolled_back');
    await releaseIn(first.release_id, 'production');
    expect(await eventOf('taken-back-by-hand', 'rollback_requested')).toMatchObject({
      actor_id: modelPackageArn,
      reason: expect.stringContaining('was rejected by hand'),
    });
  });
});
