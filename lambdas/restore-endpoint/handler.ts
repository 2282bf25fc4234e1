import type { Context } from 'aws-lambda';
import { configurationComparer } from '../../lib/adapters/sagemaker-deployer.ts';
import {
  deleteEndpoint,
  endpointStatus,
  findEndpoint,
  updateEndpoint,
} from '../../lib/adapters/sagemaker-endpoints.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { endpointId } from '../../lib/domain/records/endpoint.ts';
import { isServing, type Pointer } from '../../lib/domain/records/pointer.ts';
import { pendingWord } from '../../lib/domain/release/promotion-attempt.ts';
import { endpointNameOf, type Reason, type Release } from '../../lib/domain/release/release.ts';
import { rollbackOf } from '../../lib/domain/serving/ask-rollback.ts';
import { differenceReasons, imageReasons } from '../../lib/domain/serving/departures.ts';
import { deploymentOf } from '../../lib/domain/serving/deployment.ts';
import {
  isGivenUp,
  recordNotRestored,
  recordNotRestoredAfter,
  recordRestored,
  recordRestoredAfter,
  recordSettled,
} from '../../lib/domain/serving/record-restoration.ts';
import {
  mayServeUnpromoted,
  type Restoration,
  restorationAfter,
  restorationOf,
} from '../../lib/domain/serving/restoration.ts';
import { servingProblem } from '../../lib/domain/serving/serving-problem.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { RollbackStep } from '../../lib/runtime/governed-handler.ts';
import { type AnswerOf, promotionStep, rollbackStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { findServed } from '../../lib/runtime/served.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('RestoreEndpoint', env.TABLE_NAME);
const differences = configurationComparer(env.MODEL_EXECUTION_ROLE_ARN);

const afterPromotion = promotionStep(store, 'settled', async (release) => {
  if (isGivenUp(release)) return 'impossible';
  // Or an earlier call restored the endpoint, and recorded that.
  if (!mayServeUnpromoted(release)) return 'settled';
  const endpointName = endpointNameOf(release);
  const [pointer, owner] = await Promise.all([
    store.get('pointer', release.modelName),
    store.get('endpoint', endpointId(endpointName)),
  ]);
  const [rollback, serving, endpoint] = await Promise.all([
    rollbackOf(pointer, store),
    servedBy(pointer),
    findEndpoint(endpointName),
  ]);
  const planned = restorationOf({ release, pointer, rollback, endpoint, owner, now: now() });
  const next = await verified(planned, serving, endpoint);
  const facts = { pointer, owner, endpoint };
  const read = [pointer, rollback, owner, serving?.release];
  switch (next.act) {
    case 'settled':
      await store.commit(expecting(recordSettled(release, facts, now()), ...read), now());
      return 'settled';
    case 'restored':
      await store.commit(expecting(recordRestored(release, facts, now()), ...read), now());
      return 'settled';
    case 'give_up':
      await store.commit(expecting(recordNotRestored(release, { ...facts, why: next.why }, now()), ...read), now());
      return 'impossible';
    default:
      await order(endpointName, next);
      return pendingWord(release, now());
  }
});

const afterRollback = rollbackStep(store, async (rollback) => {
  // It was executed; or it was requested again and belongs to another execution.
  if (rollback.status !== 'refused') return 'settled';
  if (rollback.givenUpAt !== undefined) return 'impossible';
  const [current, pointer] = await Promise.all([
    requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId),
    requireFound(store.get('pointer', rollback.modelName), rollback.modelName),
  ]);
  const serving = await servedBy(pointer);
  if (serving === undefined) return 'settled';
  const endpoint = await findEndpoint(pointer.endpointName);
  const next = await verified(restorationAfter(rollback, pointer, endpoint, now()), serving, endpoint);
  const read = [pointer, serving.release];
  switch (next.act) {
    case 'settled':
      return 'settled';
    case 'restored':
      await store.commit(expecting(recordRestoredAfter(rollback, current, pointer), ...read), now());
      return 'settled';
    case 'give_up': {
      const change = recordNotRestoredAfter(rollback, { current, pointer, endpoint, why: next.why, now: now() });
      await store.commit(expecting(change, ...read), now());
      return 'impossible';
    }
    default:
      await order(pointer.endpointName, next);
      return 'pending';
  }
});

type Serving = { readonly release: Release; readonly pointer: Pointer };
type Endpoint = Awaited<ReturnType<typeof findEndpoint>>;

/** What the endpoint is to serve: the release in production; undefined if there is none. */
const servedBy = async (pointer: Pointer | undefined): Promise<Serving | undefined> =>
  isServing(pointer)
    ? { pointer, release: await requireFound(store.get('release', pointer.releaseId), pointer.releaseId) }
    : undefined;

/** The way back obeys the rules of a deployment: nothing is served again that is not what people approved. */
const verified = async (next: Restoration, serving: Serving | undefined, endpoint: Endpoint): Promise<Restoration> => {
  if (serving === undefined || (next.act !== 'point_back' && next.act !== 'restored')) return next;
  const forged = servingProblem(serving.pointer, serving.release);
  if (forged !== undefined) return { act: 'give_up', why: forged };
  const reasons = next.act === 'point_back' ? await reasonsBefore(serving, endpoint) : await reasonsAfter(serving);
  if (reasons === 'not in service') return { act: 'wait' };
  return reasons.length === 0
    ? next
    : { act: 'give_up', why: reasons.map(({ explanation }) => explanation).join('; ') };
};

const reasonsBefore = async ({ release, pointer }: Serving, endpoint: Endpoint): Promise<Reason[]> => {
  const { endpointConfigName, epoch } = pointer;
  const [{ departures }, different] = await Promise.all([
    findServed(release, env),
    differences(deploymentOf(release, epoch, endpoint?.variants[0]), endpointConfigName),
  ]);
  return [...departures, ...differenceReasons(endpointConfigName, different)];
};

const reasonsAfter = async ({ release, pointer }: Serving): Promise<Reason[] | 'not in service'> => {
  const found = await endpointStatus(pointer.endpointName, pointer.endpointConfigName);
  return found.status === 'in_service' ? imageReasons(release, found.images) : 'not in service';
};

/** SageMaker may be too busy for an order. It is judged again, and given again, at the next call. */
const order = async (endpointName: string, next: Restoration): Promise<void> => {
  if (next.act === 'point_back') await updateEndpoint(endpointName, next.endpointConfigName);
  if (next.act === 'delete') await deleteEndpoint(endpointName);
};

/** What each machine must have a branch for. */
export type Answers = {
  readonly promotion: AnswerOf<typeof afterPromotion>;
  readonly rollback: AnswerOf<typeof afterRollback>;
};

/** A step of two machines: it follows every promotion and every rollback that ends without a flip. */
export const handler = (event: unknown, context: Context): Promise<{ outcome: string }> =>
  RollbackStep.safeParse(event).success ? afterRollback(event, context) : afterPromotion(event, context);
