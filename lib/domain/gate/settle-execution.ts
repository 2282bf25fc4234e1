/**
 * What an execution leaves behind that ended outside its own definition: somebody stopped it, Step Functions ended it, or not even its
 * final Catch held. No step of it goes on record then, and nothing would come of what it was for.
 */
import * as z from 'zod';
import { faultRotation, isOfRotation } from '../attestation/key-rotation.ts';
import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { requireFound } from '../change/require-found.ts';
import { untilCommitted } from '../change/until-committed.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import { isMoving } from '../records/endpoint-move.ts';
import { NOTHING } from '../records/rollback.ts';
import type { Release } from '../release/release.ts';
import { recordMoveFault } from '../serving/close-endpoint.ts';
import { refuseMove } from '../serving/move-steps.ts';
import { isGivenUp, recordNotRestoredAfter } from '../serving/record-restoration.ts';
import { mayServeUnpromoted } from '../serving/restoration.ts';
import { refuseRollback } from '../serving/rollback-steps.ts';
import { recordFaultOnce } from './record-fault.ts';
import { formerNameOf, ownsPromotion } from './start-promotion.ts';

/** An execution as Step Functions has it now. */
export type EndedExecution = {
  readonly name: string;
  readonly input: string;
  readonly status: string;
  readonly error: string | undefined;
};

/** How the machines end by themselves, former versions of them too: what led there is on record before. A test compares this with their definitions. */
export const OWN_ENDS: readonly string[] = [
  ...['ReleaseRejected', 'ReleaseExpired', 'ReleaseFaulted', 'PromotionDenied', 'PromotionFaulted', 'DeploymentFailed'],
  ...['EndpointNotRestored', 'RollbackRefused', 'RollbackFaulted', 'MoveRefused', 'MoveFaulted', 'RotationFaulted'],
];

/** What `assay rebuild` stops an execution with: it starts another in its place. */
export const TABLE_REBUILT = 'TableRebuilt';

/** How an execution ended that did not end by itself; undefined if it did, if it goes on, or if Assay stopped it. */
const endOf = ({ status, error = 'no named error' }: EndedExecution): string | undefined => {
  if (status === 'ABORTED') return error === TABLE_REBUILT ? undefined : 'somebody stopped the execution';
  if (status === 'TIMED_OUT') return 'the execution took too long, and Step Functions ended it';
  return status === 'FAILED' && !OWN_ENDS.includes(error)
    ? `the execution failed on ${cut(error, 128)}, which no step of it recorded`
    : undefined;
};

const Input = z.union([
  z.object({ rollbackId: z.string() }),
  z.object({ modelName: z.string(), move: z.int() }),
  z.object({ rotationId: z.string() }),
  z.object({ releaseId: z.string(), attempt: z.int().optional() }),
]);

type Store = Pick<ReleaseStore, 'get' | 'commit'>;
type Ended = { readonly execution: EndedExecution; readonly why: string; readonly now: Instant };

/**
 * Afterwards it is on record that the execution ended like this, and what it was for is refused or rejected, so that people can ask for it
 * again. What has ended by itself since, or is another execution's by now, stays as it is. Answers the events that it recorded.
 */
export const settleExecution = async (
  execution: EndedExecution,
  store: Store,
  now: () => Instant,
): Promise<string[]> => {
  const why = endOf(execution);
  if (why === undefined) return [];
  const recorded: string[] = [];
  // What is refused first may leave an endpoint behind, which is the next event.
  for (let more = true; more; ) {
    more = await untilCommitted(async () => {
      const change = await changeAfter({ execution, why, now: now() }, store);
      if (change === undefined) return false;
      await store.commit(change, now());
      recorded.push(change.event.event_type);
      return true;
    });
  }
  return recorded;
};

const changeAfter = async (ended: Ended, store: Store): Promise<Change | undefined> => {
  // Anybody with the rights to start an execution chooses its input, and its name.
  const { data: input } = Input.safeParse(JSON.parse(ended.execution.input));
  if (input === undefined) return undefined;
  if ('rollbackId' in input) return ofRollback(input.rollbackId, ended, store);
  if ('move' in input) return ofMove(input, ended, store);
  if ('rotationId' in input) return ofRotation(input.rotationId, ended, store);
  return ofRelease(input, ended, store);
};

type OfRelease = { readonly releaseId: string; readonly attempt?: number | undefined };

const ofRelease = async ({ releaseId, attempt }: OfRelease, { execution, why, now }: Ended, store: Store) => {
  const release = await store.get('release', releaseId);
  if (release === undefined) return undefined;
  // A former version named both kinds, and left the names out of the row.
  const { execution: last = attempt === undefined ? releaseId : formerNameOf({ releaseId, attempt }) } = release;
  if (execution.name !== last || !ownsPromotion(release, attempt) || !isLeft(release)) return undefined;
  return recordFaultOnce(release, { attempt, how: 'stopped', error: why, next: 'recorded', now }, store);
};

/** Whether a release waits for a step that does not come: it was on its way, or its endpoint is to be restored. */
const isLeft = (release: Release): boolean => {
  const { state, reasons } = release;
  const isOnItsWay = ['draft', 'validated'].includes(state) || (state === 'approved' && reasons.length === 0);
  return isOnItsWay || (mayServeUnpromoted(release) && !isGivenUp(release));
};

const ofRollback = async (rollbackId: string, { execution, why, now }: Ended, store: Store) => {
  const rollback = await store.get('rollback', rollbackId);
  if (rollback === undefined || !isOf(rollback, execution)) return undefined;
  const { status, modelName, fromReleaseId, endpointConfigName, toReleaseId, givenUpAt } = rollback;
  const current = await requireFound(store.get('release', fromReleaseId), fromReleaseId);
  if (status === 'requested')
    return refuseRollback(rollback, current, [{ rule: 'fault', evidence: '', explanation: why }]);
  const isOrdered = endpointConfigName !== undefined || toReleaseId === NOTHING;
  if (status !== 'refused' || givenUpAt !== undefined || !isOrdered) return undefined;
  const pointer = await requireFound(store.get('pointer', modelName), modelName);
  return expecting(recordNotRestoredAfter(rollback, { current, pointer, why, endpoint: 'unknown', now }), pointer);
};

/** Whether an execution is the last that was started for it. A former version did not keep which: then nobody knows, and none is. */
const isOf = (asked: { readonly execution?: string }, { name }: EndedExecution): boolean => asked.execution === name;

type OfMove = { readonly modelName: string; readonly move: number };

const ofMove = async ({ modelName, move: number }: OfMove, { execution, why, now }: Ended, store: Store) => {
  const move = await store.get('endpoint_move', modelName);
  const isOurs = move?.number === number && isOf(move, execution);
  if (!isOurs || move.settledAt !== undefined || move.faultedAt !== undefined) return undefined;
  const current = await requireFound(store.get('release', move.releaseId), move.releaseId);
  return isMoving(move)
    ? refuseMove(move, current, [{ rule: 'fault', evidence: '', explanation: why }], now)
    : recordMoveFault(move, current, why, now);
};

const ofRotation = async (rotationId: string, { execution, why }: Ended, store: Store) => {
  const rotation = await store.get('key_rotation', rotationId);
  const isOurs = rotation !== undefined && isOfRotation(rotation, execution.name);
  return isOurs && rotation.status === 'requested' ? faultRotation(rotation, why) : undefined;
};
