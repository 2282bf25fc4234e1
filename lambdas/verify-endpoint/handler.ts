import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { endpointStatus } from '../../lib/adapters/sagemaker-endpoints.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { untilCommitted } from '../../lib/domain/change/until-committed.ts';
import { deploymentFailure, recordDenied, recordDeploymentFailed } from '../../lib/domain/gate/promotion.ts';
import { isDenied, ownsPromotion, wasPromoted } from '../../lib/domain/gate/start-promotion.ts';
import { lateReason, mayWait } from '../../lib/domain/records/rollback.ts';
import { NOT_DEPLOYED } from '../../lib/domain/release/outcome.ts';
import { pendingWord } from '../../lib/domain/release/promotion-attempt.ts';
import { endpointNameOf, type Reason, type Release, requireEstablished } from '../../lib/domain/release/release.ts';
import { imageReasons } from '../../lib/domain/serving/departures.ts';
import type { EndpointStatus } from '../../lib/domain/serving/deployer.ts';
import { openingFailure, refuseMove } from '../../lib/domain/serving/move-steps.ts';
import { refuseRollback } from '../../lib/domain/serving/rollback-steps.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler, MoveStep, PromotionStep, RollbackStep } from '../../lib/runtime/governed-handler.ts';
import { type AnswerOf, moveStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const store = releaseStoreOf('VerifyEndpoint', readEnv(Env).TABLE_NAME);

const ofMove = moveStep(store, async (move) => {
  if (move.status === 'refused') return 'refused';
  const found = await endpointStatus(move.toEndpointName, move.endpointConfigName ?? '');
  const instant = now();
  const failure = openingFailure(move, found, instant);
  const current = await requireFound(store.get('release', move.releaseId), move.releaseId);
  const reasons =
    failure === undefined
      ? failureReasons(found, current)
      : [{ rule: 'deployment', evidence: '', explanation: failure }];
  // A move that has flipped the pointer is past this step, whatever becomes of its endpoint.
  if (reasons.length === 0 || move.status === 'moved') return found.status === 'pending' ? 'pending' : 'in_service';
  await store.commit(refuseMove(move, current, reasons, instant), instant);
  return 'refused';
});

const ofPromotionOrRollback = governedHandler(PromotionStep.or(RollbackStep), (step) =>
  untilCommitted(async () => ({
    outcome: 'releaseId' in step ? await ofRelease(step) : await ofRollback(step.rollbackId),
  })),
);

/**
 * A step of three machines: it verifies a release that is being promoted, the fallback of a rollback, or what moves to
 * another endpoint.
 */
export const handler = (event: unknown, context: Context): Promise<{ outcome: string }> =>
  MoveStep.safeParse(event).success ? ofMove(event, context) : ofPromotionOrRollback(event, context);

/** What each machine must have a branch for. */
export type Answers = {
  readonly promotion: Awaited<ReturnType<typeof ofRelease>>;
  readonly rollback: Awaited<ReturnType<typeof ofRollback>>;
  readonly move: AnswerOf<typeof ofMove>;
};

const ofRelease = async ({ releaseId, attempt }: z.infer<typeof PromotionStep>) => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  if (!ownsPromotion(release, attempt) || wasPromoted(release) || isDenied(release)) return 'deny';
  // An earlier call recorded it, and its answer did not arrive.
  if (isOnRecord(release, NOT_DEPLOYED)) return 'failed';
  const configName = requireEstablished(release, 'endpointConfigName');
  const found = await endpointStatus(endpointNameOf(release), configName);
  const instant = now();
  const other = found.status === 'in_service' ? imageReasons(release, found.images) : [];
  if (other.length > 0) {
    await store.commit(recordDenied(release, { outcome: 'deny', reasons: other }, instant), instant);
    return 'deny';
  }
  const failure = deploymentFailure(release, found, instant);
  if (failure === undefined) return found.status === 'pending' ? pendingWord(release, instant) : 'in_service';
  const serves = found.status === 'failed' ? found.serves : undefined;
  await store.commit(recordDeploymentFailed(release, { why: failure, serves, now: instant }), instant);
  return 'failed';
};

const isOnRecord = ({ reasons }: Release, rule: string): boolean => reasons.some((one) => one.rule === rule);

const ofRollback = async (rollbackId: string) => {
  const rollback = await requireFound(store.get('rollback', rollbackId), rollbackId);
  const pointer = await requireFound(store.get('pointer', rollback.modelName), rollback.modelName);
  const found = await endpointStatus(pointer.endpointName, rollback.endpointConfigName ?? '');
  const isPending = found.status === 'pending';
  if (isPending && mayWait(rollback, 'switch', now())) return 'pending';
  // Only what is in service runs images.
  const isInService = found.status === 'in_service';
  const fallback = isInService
    ? await requireFound(store.get('release', rollback.toReleaseId), rollback.toReleaseId)
    : undefined;
  const reasons = isPending ? [lateReason(pointer.endpointName)] : failureReasons(found, fallback);
  if (isInService && reasons.length === 0) return 'in_service';
  if (rollback.status === 'requested') {
    const current = await requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId);
    await store.commit(expecting(refuseRollback(rollback, current, reasons), fallback, pointer), now());
  }
  return 'refused';
};

const failureReasons = (found: EndpointStatus, fallback: Release | undefined): Reason[] => {
  if (found.status === 'failed') return [{ rule: 'deployment', evidence: '', explanation: found.reason }];
  return found.status === 'in_service' && fallback !== undefined ? imageReasons(fallback, found.images) : [];
};
