import * as z from 'zod';
import { faultRotation } from '../../lib/domain/attestation/key-rotation.ts';
import type { Change } from '../../lib/domain/change/change.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { untilCommitted } from '../../lib/domain/change/until-committed.ts';
import { cut } from '../../lib/domain/cut.ts';
import { recordFaultOnce } from '../../lib/domain/gate/record-fault.ts';
import { ownsPromotion } from '../../lib/domain/gate/start-promotion.ts';
import { isMoving } from '../../lib/domain/records/endpoint-move.ts';
import { recordMoveFault } from '../../lib/domain/serving/close-endpoint.ts';
import { refuseMove } from '../../lib/domain/serving/move-steps.ts';
import { recordNotRestoredAfter } from '../../lib/domain/serving/record-restoration.ts';
import { mayServeUnpromoted } from '../../lib/domain/serving/restoration.ts';
import { refuseRollback } from '../../lib/domain/serving/rollback-steps.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import {
  governedHandler,
  MoveStep,
  PromotionStep,
  RollbackStep,
  RotationStep,
} from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const store = releaseStoreOf('RecordFault', readEnv(Env).TABLE_NAME);
const Faulted = z.intersection(
  z.union([PromotionStep, RollbackStep, MoveStep, RotationStep.pick({ rotationId: true })]),
  z.object({ error: z.string(), faulted: z.boolean().optional() }),
);

type Step = z.infer<typeof Faulted>;
type Outcome = 'recorded' | 'restore' | 'refused';
type Answer = { readonly change: Change | undefined; readonly outcome: Outcome };

/**
 * The final Catch of every machine leads here: the fault is in the ledger before the execution ends. A promotion or a
 * rollback goes on once, to restore its endpoint, and a move that is refused, to delete the new endpoint. `faulted` says
 * that it has gone on already; executions of a former definition do not say, and end.
 */
export const handler = governedHandler(Faulted, async (step): Promise<{ outcome: Outcome }> => {
  logger.critical('machine faulted', { ...step });
  return untilCommitted(async () => {
    const { change, outcome } = await answerTo(step);
    if (change !== undefined) await store.commit(change, now());
    return { outcome };
  });
});

const answerTo = (step: Step): Promise<Answer> => {
  if ('releaseId' in step) return ofRelease(step, step);
  if ('move' in step) return ofMove(step, step);
  if ('rollbackId' in step) return ofRollback(step.rollbackId, step);
  return ofRotation(step.rotationId, step.error);
};

const ofRelease = async (
  { releaseId, attempt }: z.infer<typeof PromotionStep>,
  { error, faulted }: Step,
): Promise<Answer> => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  const isRestored = faulted === false && ownsPromotion(release, attempt) && mayServeUnpromoted(release);
  const outcome = isRestored ? 'restore' : 'recorded';
  const how = faulted === true ? 'again' : 'first';
  const change = await recordFaultOnce(release, { attempt, how, error, next: outcome, now: now() }, store);
  return { change, outcome };
};

const ofRollback = async (rollbackId: string, { error, faulted }: Step): Promise<Answer> => {
  const rollback = await requireFound(store.get('rollback', rollbackId), rollbackId);
  const outcome = faulted === false && rollback.status !== 'executed' ? 'restore' : 'recorded';
  const current = await requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId);
  const why = `the rollback machine stopped on ${error}`;
  if (rollback.status === 'requested') {
    return { change: refuseRollback(rollback, current, [{ rule: 'fault', evidence: '', explanation: why }]), outcome };
  }
  // It was executed or refused, which is on record. What is not yet is that its endpoint could not be restored.
  const isUnrestored = rollback.status === 'refused' && faulted === true && rollback.givenUpAt === undefined;
  if (!isUnrestored) return { change: undefined, outcome };
  const pointer = await requireFound(store.get('pointer', rollback.modelName), rollback.modelName);
  const facts = { current, pointer, why, endpoint: 'unknown' as const, now: now() };
  return { change: expecting(recordNotRestoredAfter(rollback, facts), pointer), outcome };
};

const ofMove = async (
  { modelName, move: number }: z.infer<typeof MoveStep>,
  { error, faulted }: Step,
): Promise<Answer> => {
  const move = await requireFound(store.get('endpoint_move', modelName), `the move of ${modelName}`);
  if (move.number !== number || move.settledAt !== undefined) return { change: undefined, outcome: 'recorded' };
  const current = await requireFound(store.get('release', move.releaseId), move.releaseId);
  const reason = { rule: 'fault', evidence: '', explanation: `the move machine stopped on ${cut(error, 256)}` };
  if (isMoving(move)) return { change: refuseMove(move, current, [reason], now()), outcome: 'refused' };
  // It was refused before, here or by a step: the new endpoint has yet to be deleted.
  if (move.status === 'refused' && faulted === false) return { change: undefined, outcome: 'refused' };
  return { change: recordMoveFault(move, current, error, now()), outcome: 'recorded' };
};

const ofRotation = async (rotationId: string, error: string): Promise<Answer> => {
  const rotation = await requireFound(store.get('key_rotation', rotationId), rotationId);
  const change = rotation.status === 'requested' ? faultRotation(rotation, cut(error, 256)) : undefined;
  return { change, outcome: 'recorded' };
};

/** What each machine must have a branch for. */
export type Answers = {
  readonly promotion: Exclude<Outcome, 'refused'>;
  readonly rollback: Exclude<Outcome, 'refused'>;
  readonly move: Exclude<Outcome, 'restore'>;
};
