import type { Context } from 'aws-lambda';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { deleteEndpoint, findEndpoint, updateEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { HOUR_MS, millisecondsOf } from '../../lib/domain/instant.ts';
import { endpointId } from '../../lib/domain/records/endpoint.ts';
import { mayWait } from '../../lib/domain/records/rollback.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { rollbackOf } from '../../lib/domain/serving/ask-rollback.ts';
import {
  recordRestored,
  recordRestoredAfter,
  restorationAfter,
  restorationOf,
} from '../../lib/domain/serving/restoration.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { RollbackStep } from '../../lib/runtime/governed-handler.ts';
import { type AnswerOf, promotionStep, rollbackStep } from '../../lib/runtime/machine-step.ts';
import { Env } from './env.ts';

const store = dynamodbReleaseStore(readEnv(Env).TABLE_NAME);

/** An hour from the denial. An update takes minutes; one that rolls itself back is ordered again within that hour. */
const PATIENCE_MS = HOUR_MS;

const afterPromotion = promotionStep(store, 'settled', async (release) => {
  // The release was never deployed, or an earlier call restored the endpoint and recorded that.
  if (release.endpointConfigName === undefined) return 'settled';
  const endpointName = release.manifest.deployment.endpoint_name;
  const [pointer, owner] = await Promise.all([
    store.get('pointer', release.modelName),
    store.get('endpoint', endpointId(endpointName)),
  ]);
  const [rollback, endpoint] = await Promise.all([rollbackOf(pointer, store), findEndpoint(endpointName)]);
  const restoration = restorationOf({ release, pointer, rollback, endpoint, owner });
  if (restoration.act === 'leave') return 'settled';
  if (restoration.act === 'restored') {
    const restored = recordRestored(release, { pointer, owner }, now());
    await store.commit(expecting(restored, pointer, rollback, owner), now());
    return 'settled';
  }
  if (restoration.act === 'not_ours') {
    throw new Refusal(
      'RestorationImpossible',
      `${endpointName} was not created for this release, and nothing is in production`,
    );
  }
  if (millisecondsOf(now()) - millisecondsOf(release.updatedAt) >= PATIENCE_MS) {
    throw new Refusal('RestorationImpossible', `${endpointName} could not be changed within an hour`);
  }
  if (restoration.act === 'point_back') await updateEndpoint(endpointName, restoration.endpointConfigName);
  if (restoration.act === 'delete') await deleteEndpoint(endpointName);
  return 'pending';
});

const afterRollback = rollbackStep(store, async (rollback) => {
  // Nothing was ordered, or that is undone; or the rollback was requested again and belongs to another execution.
  if (rollback.status !== 'refused' || rollback.endpointConfigName === undefined) return 'settled';
  const current = await requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId);
  const pointer = await requireFound(store.get('pointer', rollback.modelName), rollback.modelName);
  const restoration = restorationAfter(rollback, pointer, await findEndpoint(pointer.endpointName));
  if (restoration.act === 'leave') return 'settled';
  if (restoration.act === 'restored') {
    await store.commit(expecting(recordRestoredAfter(rollback, current, pointer), pointer), now());
    return 'settled';
  }
  if (!mayWait(rollback, 'restoration', now())) {
    throw new Refusal('RestorationImpossible', `${pointer.endpointName} could not be changed within three hours`);
  }
  if (restoration.act === 'point_back') await updateEndpoint(pointer.endpointName, restoration.endpointConfigName);
  return 'pending';
});

/** What each machine must have a branch for. */
export type Answers = {
  readonly promotion: AnswerOf<typeof afterPromotion>;
  readonly rollback: AnswerOf<typeof afterRollback>;
};

/** A step of two machines: it follows a promotion that was denied, or a rollback that was refused. */
export const handler = (event: unknown, context: Context): Promise<{ outcome: string }> =>
  RollbackStep.safeParse(event).success ? afterRollback(event, context) : afterPromotion(event, context);
