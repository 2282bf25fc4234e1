import * as z from 'zod';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { faultRotation } from '../../lib/domain/attestation/key-rotation.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { untilCommitted } from '../../lib/domain/change/until-committed.ts';
import { cut } from '../../lib/domain/cut.ts';
import { recordFault, recordFaultAside } from '../../lib/domain/gate/promotion.ts';
import { ownsPromotion } from '../../lib/domain/gate/start-promotion.ts';
import { isMoving } from '../../lib/domain/records/endpoint-move.ts';
import { recordMoveFault } from '../../lib/domain/serving/close-endpoint.ts';
import { refuseMove } from '../../lib/domain/serving/move-steps.ts';
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
import { Env } from './env.ts';

const store = dynamodbReleaseStore(readEnv(Env).TABLE_NAME);
const Faulted = z.intersection(
  z.union([PromotionStep, RollbackStep, MoveStep, RotationStep.pick({ rotationId: true })]),
  z.object({ error: z.string() }),
);

/**
 * The final Catch of every machine leads here: the fault is in the ledger before the execution ends. A move that it
 * refuses goes on, to delete the new endpoint.
 */
export const handler = governedHandler(Faulted, async (step): Promise<{ outcome: 'recorded' | 'refused' }> => {
  logger.critical('machine faulted', { ...step });
  return untilCommitted(async () => {
    const change = await changeOf(step);
    if (change !== undefined) await store.commit(change, now());
    return { outcome: change?.event.event_type === 'endpoint_move_refused' ? 'refused' : 'recorded' };
  });
});

const changeOf = (step: z.infer<typeof Faulted>) => {
  if ('releaseId' in step) return ofRelease(step, step.error);
  if ('move' in step) return ofMove(step, step.error);
  if ('rollbackId' in step) return ofRollback(step.rollbackId, step.error);
  return ofRotation(step.rotationId, step.error);
};

const ofRelease = async ({ releaseId, attempt }: z.infer<typeof PromotionStep>, error: string) => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  return ownsPromotion(release, attempt) ? recordFault(release, error, now()) : recordFaultAside(release, error);
};

const ofRollback = async (rollbackId: string, error: string) => {
  const rollback = await requireFound(store.get('rollback', rollbackId), rollbackId);
  // The rollback was executed or refused, which is on record: the fault came after that.
  if (rollback.status !== 'requested') return undefined;
  const current = await requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId);
  const reason = { rule: 'fault', evidence: '', explanation: `the rollback machine stopped on ${error}` };
  return refuseRollback(rollback, current, [reason]);
};

const ofMove = async ({ modelName, move: number }: z.infer<typeof MoveStep>, error: string) => {
  const move = await requireFound(store.get('endpoint_move', modelName), `the move of ${modelName}`);
  if (move.number !== number || move.settledAt !== undefined) return undefined;
  const current = await requireFound(store.get('release', move.releaseId), move.releaseId);
  const reason = { rule: 'fault', evidence: '', explanation: `the move machine stopped on ${cut(error, 256)}` };
  return isMoving(move) ? refuseMove(move, current, [reason], now()) : recordMoveFault(move, current, error, now());
};

const ofRotation = async (rotationId: string, error: string) => {
  const rotation = await requireFound(store.get('key_rotation', rotationId), rotationId);
  return rotation.status === 'requested' ? faultRotation(rotation, cut(error, 256)) : undefined;
};
