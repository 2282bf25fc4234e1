import { randomUUID } from 'node:crypto';
import { UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import type { Shown } from '../domain/serving/registry-judgement.ts';
import { METADATA_KEYS, type RegistryStatus } from '../domain/serving/registry-status.ts';
import { sagemaker } from './sagemaker-registry.ts';

/**
 * Makes a package show this status: all of it by one update, and without what Assay wrote to it before and has no longer to
 * say. The token is for the retries of this one call: the same update may be due again once somebody has written to the package.
 */
export const showStatus = async (ModelPackageArn: string, desired: RegistryStatus, shown: Shown): Promise<void> => {
  const former = METADATA_KEYS.filter((key) => key in shown.status.metadata && !(key in desired.metadata));
  await sagemaker.send(
    new UpdateModelPackageCommand({
      ModelPackageArn,
      ModelApprovalStatus: desired.approvalStatus,
      ApprovalDescription: desired.description,
      ModelLifeCycle: { Stage: desired.stage, StageStatus: desired.stageStatus },
      CustomerMetadataProperties: { ...desired.metadata },
      ...(former.length === 0 ? {} : { CustomerMetadataPropertiesToRemove: former }),
      ClientToken: randomUUID(),
    }),
  );
};
