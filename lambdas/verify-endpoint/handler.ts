import type * as z from 'zod';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { endpointStatus } from '../../lib/adapters/sagemaker-endpoints.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { untilCommitted } from '../../lib/domain/change/until-committed.ts';
import { recordDeploymentFailed } from '../../lib/domain/gate/promotion.ts';
import { ownsPromotion } from '../../lib/domain/gate/start-promotion.ts';
import { requireEstablished } from '../../lib/domain/release/release.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler, PromotionStep, RollbackStep } from '../../lib/runtime/governed-handler.ts';
import { Env } from './env.ts';

const store = dynamodbReleaseStore(readEnv(Env).TABLE_NAME);

/** A step of two machines: it verifies a release that is being promoted, or the fallback of a rollback. */
export const handler = governedHandler(PromotionStep.or(RollbackStep), (step) =>
  untilCommitted(async () => ({
    outcome: 'releaseId' in step ? await ofRelease(step) : await ofRollback(step.rollbackId),
  })),
);

const ofRelease = async ({ releaseId, attempt }: z.infer<typeof PromotionStep>): Promise<string> => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  if (!ownsPromotion(release, attempt)) return 'deny';
  const configName = requireEstablished(release, 'endpointConfigName');
  const found = await endpointStatus(release.manifest.deployment.endpoint_name, configName);
  if (found.status === 'failed') await store.commit(recordDeploymentFailed(release, found.reason, now()), now());
  return found.status;
};

const ofRollback = async (rollbackId: string): Promise<string> => {
  const rollback = await requireFound(store.get('rollback', rollbackId), rollbackId);
  const pointer = await requireFound(store.get('pointer', rollback.modelName), rollback.modelName);
  const found = await endpointStatus(pointer.endpointName, rollback.endpointConfigName ?? '');
  return found.status;
};
