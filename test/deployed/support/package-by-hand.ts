import { DescribeModelPackageCommand, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { eventually } from './eventually.ts';
import { outboxOf } from './table.ts';
import { sagemaker, store } from './world.ts';

export const shown = (ModelPackageName: string) =>
  sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName }));

/** The package of a release, once nothing is to be written to it any more: SageMaker lets the later of two writes win. */
export const packageInStep = (releaseId: string): Promise<string> =>
  eventually(`the registry to be in step with ${releaseId}`, async () => {
    const { modelName = '', modelPackageArn: arn, state } = (await store.get('release', releaseId)) ?? {};
    const isNoted = arn !== undefined && (await shown(arn)).CustomerMetadataProperties?.['gov.status'] === state;
    const syncs = await outboxOf(modelName, 'sync_registry');
    return isNoted && syncs.every(({ done_at: done }) => done !== undefined) ? arn : undefined;
  });

/** Somebody sets the approval status of a package themselves. */
export const setByHand = (ModelPackageArn: string, ModelApprovalStatus: 'Approved' | 'Rejected') =>
  sagemaker.send(new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus }));
