import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import type { Shown } from '../domain/serving/registry-judgement.ts';
import { METADATA_KEYS, type RegistryStatus } from '../domain/serving/registry-status.ts';
import { sagemaker } from './sagemaker-registry.ts';

/**
 * Makes a package show this status, by one update of what it was seen to show otherwise. SageMaker has no conditional update:
 * a part that somebody changes by hand in the same moment stays as they left it where it was right before, and is judged when
 * its own event comes. The token is for the retries of this one call: the same update may be due again once somebody has
 * written to the package.
 */
export const showStatus = async (ModelPackageArn: string, desired: RegistryStatus, shown: Shown): Promise<void> => {
  const { approvalStatus, description, stage, stageStatus, metadata } = desired;
  const former = METADATA_KEYS.filter((key) => key in shown.status.metadata && !(key in metadata));
  const differ = (...parts: (keyof RegistryStatus)[]) =>
    parts.some((part) => !isDeepStrictEqual(shown.status[part], desired[part]));
  await sagemaker.send(
    new UpdateModelPackageCommand({
      ModelPackageArn,
      ...(differ('approvalStatus') ? { ModelApprovalStatus: approvalStatus } : {}),
      ...(differ('description') ? { ApprovalDescription: description } : {}),
      ...(differ('stage', 'stageStatus') ? { ModelLifeCycle: { Stage: stage, StageStatus: stageStatus } } : {}),
      ...(differ('metadata') ? { CustomerMetadataProperties: { ...metadata } } : {}),
      ...(former.length === 0 ? {} : { CustomerMetadataPropertiesToRemove: former }),
      ClientToken: randomUUID(),
    }),
  );
};
