/** The changes of a rollback: requested, refused, executed. */

import type { Change, Write } from '../change/change.ts';
import { executionName } from '../change/execution-name.ts';
import type { Entity } from '../change/kinds.ts';
import { noticeOf } from '../change/notice.ts';
import { published } from '../change/published.ts';
import { syncOf } from '../change/sync.ts';
import { cut } from '../cut.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { type Endpoint, freeing, holding, ownerProblem } from '../records/endpoint.ts';
import { type EndpointMove, isMoving } from '../records/endpoint-move.ts';
import type { Hold } from '../records/hold.ts';
import type { Pointer, ServingPointer } from '../records/pointer.ts';
import { NOTHING, type Rollback, rollbackId } from '../records/rollback.ts';
import { type Reason, type Release, transition } from '../release/release.ts';
import { type Actor, ASSAY, releaseEvent } from '../release/release-event.ts';
import { fallbackReasons } from './fallback-reasons.ts';
import { holdBy } from './hold-by.ts';
import { withdrawn } from './move-steps.ts';
import { overdueRenewal } from './renewal-window.ts';
import { type StrategyUnderWay, waitBehind } from './strategy-under-way.ts';

type Asked = {
  readonly pointer: ServingPointer;
  readonly current: Release;
  /** An earlier rollback of the same epoch that was refused, or whose execution is gone. A new request replaces it. */
  readonly earlier: Rollback | undefined;
  /** The last move to another endpoint. One that has not flipped the pointer gives way to the rollback. */
  readonly move: EndpointMove | undefined;
  readonly actor: Actor;
  readonly reason: string;
  readonly linkedIncident: string;
  readonly quarantined?: string;
  /** What SageMaker does before it takes the order; undefined if nothing is known to be in its way. */
  readonly strategy?: StrategyUnderWay | undefined;
  readonly now: Instant;
};

export const NO_FALLBACK =
  'there is no fallback: no earlier production release may serve again; an operator can take the model back to nothing';

/** Records that a requested rollback was refused, and why. `once` tells this request from others of the same epoch. */
export const refuseToAsk = (
  { pointer, current, move, actor, reason, linkedIncident }: Asked,
  why: string,
  once: string,
): Change => ({
  model: pointer.modelName,
  event: releaseEvent(current, actor, {
    event_type: 'rollback_refused',
    idempotency_key: `${rollbackId(pointer.modelName, pointer.epoch)}:${once}`,
    reason: why,
    linked_incident: linkedIncident,
    details: { from: pointer.releaseId, epoch: pointer.epoch, asked_because: reason },
  }),
  writes: [expected(pointer), expected(current), ...(move === undefined ? [] : [expected(move)])],
  intents: [published('Rollback Refused', current)],
});

const expected = (entity: Entity): Write => ({ kind: 'expect', entity });

/**
 * Requests a rollback of what is in production, to a release or to nothing. Its id is made of the model and the
 * pointer's epoch, so the second alarm finds the rollback of the first. If it has to wait, that is on record and those on call hear of it:
 * an alarm reads no answer.
 */
export const requestRollback = (
  asked: Asked,
  toReleaseId: Rollback['toReleaseId'],
): { change: Change; rollback: Rollback } => {
  const { pointer, current, earlier, move, actor, strategy, now } = asked;
  const id = rollbackId(pointer.modelName, pointer.epoch);
  const version = earlier?.version ?? 0;
  const execution = executionName(id, version, now);
  const rollback: Rollback = {
    entity: 'rollback',
    version,
    rollbackId: id,
    modelName: pointer.modelName,
    epoch: pointer.epoch,
    fromReleaseId: pointer.releaseId,
    toReleaseId,
    status: 'requested',
    initiatedBy: actor.id,
    actorRole: actor.role,
    actorAuth: actor.auth,
    reason: asked.reason,
    linkedIncident: asked.linkedIncident,
    requestedAt: now,
    execution,
    ...(asked.quarantined === undefined ? {} : { quarantined: asked.quarantined }),
    // It may have been ordered and not undone: a refusal of this one has to restore that too.
    ...(earlier?.endpointConfigName === undefined ? {} : { endpointConfigName: earlier.endpointConfigName }),
  };
  const wait = waitBehind(rollback, strategy);
  const change: Change = {
    model: rollback.modelName,
    event: releaseEvent(current, actor, {
      event_type: 'rollback_requested',
      idempotency_key: rollback.rollbackId,
      reason: rollback.reason,
      linked_incident: rollback.linkedIncident,
      details: {
        ...{ from: rollback.fromReleaseId, to: rollback.toReleaseId, epoch: rollback.epoch },
        ...wait.details,
      },
    }),
    writes: [
      // Written again, so that a promotion that was judged before this request does not flip it any more.
      { kind: 'replace', entity: pointer },
      { kind: 'expect', entity: current },
      { kind: earlier === undefined ? 'create' : 'replace', entity: rollback },
      ...(move === undefined ? [] : [isMoving(move) ? withdrawn(move, now) : expected(move)]),
    ],
    intents: [
      {
        intent: {
          kind: 'start_execution',
          machine: 'rollback',
          name: execution,
          input: JSON.stringify({ rollbackId: rollback.rollbackId }),
        },
      },
      ...wait.intents,
    ],
  };
  return { change, rollback: { ...rollback, version: rollback.version + 1 } };
};

type Facts = {
  readonly rollback: Rollback;
  readonly pointer: Pointer | undefined;
  /** Whose the endpoint is that the model serves from; undefined if a former version promoted it. */
  readonly endpoint: Endpoint | undefined;
  readonly fallback: Release | undefined;
  /** Hashed just now, from the pinned version of the fallback's artifact. */
  readonly artifactSha256: Sha256;
  /** Why SageMaker would serve something else than people approved, as found just now. */
  readonly departures: readonly Reason[];
  /** Why the approval of the fallback is not in force. */
  readonly lapses: readonly Reason[];
};

/**
 * Every reason why this rollback may not go on. None means that the fallback is what was approved and may still serve.
 */
export const rollbackReasons = (facts: Facts): Reason[] => {
  const { rollback, pointer, endpoint, fallback, artifactSha256, lapses } = facts;
  const reasons: Reason[] = [];
  const deny = (rule: string, explanation: string) => reasons.push({ rule, evidence: '', explanation });
  reasons.push(...servingReasons(rollback, pointer, endpoint));
  if (fallback === undefined) {
    deny('fallback', `${rollback.toReleaseId} is not there`);
    return reasons;
  }
  reasons.push(...fallbackReasons(rollback, fallback));
  if (artifactSha256 !== fallback.pinned?.artifactSha256) {
    deny(
      'artifact_sha256',
      `the artifact of ${fallback.releaseId} hashes to ${artifactSha256}, but another was approved`,
    );
  }
  for (const { rule, explanation } of lapses) deny(rule, `${fallback.releaseId}: ${explanation}`);
  return [...reasons, ...facts.departures];
};

/**
 * Why what serves now is not this rollback's to change: another release was promoted, the pointer leads elsewhere, or the
 * endpoint is another model's.
 */
export const servingReasons = (
  { epoch, fromReleaseId, toReleaseId }: Rollback,
  pointer: Pointer | undefined,
  endpoint: Endpoint | undefined,
): Reason[] => {
  if (pointer?.epoch !== epoch) {
    const explanation = `the pointer is at epoch ${pointer?.epoch ?? 0}, but the rollback is for epoch ${epoch}`;
    return [{ rule: 'epoch', evidence: '', explanation }];
  }
  const leadsElsewhere =
    pointer.releaseId !== fromReleaseId || (toReleaseId !== NOTHING && pointer.fallbackReleaseId !== toReleaseId);
  if (leadsElsewhere) {
    const explanation = `the pointer leads from ${pointer.releaseId} to ${pointer.fallbackReleaseId || 'nothing'}`;
    return [{ rule: 'pointer', evidence: '', explanation }];
  }
  const problem = ownerProblem(endpoint, pointer);
  return problem === undefined ? [] : [{ rule: 'endpoint', evidence: '', explanation: problem }];
};

const rollbackEvent = (rollback: Rollback, about: Release) => ({
  idempotency_key: `${rollback.rollbackId}:${rollback.status}`,
  linked_incident: rollback.linkedIncident,
  details: {
    from: rollback.fromReleaseId,
    to: rollback.toReleaseId,
    epoch: rollback.epoch,
    initiated_by: rollback.initiatedBy,
    about: about.releaseId,
  },
});

/**
 * Refuses a rollback. Every reason is recorded and the refusal is published on the event bus, because now a person must
 * act.
 */
export const refuseRollback = (rollback: Rollback, current: Release, reasons: readonly Reason[]): Change => {
  const refused: Rollback = { ...rollback, status: 'refused' };
  return {
    model: rollback.modelName,
    event: releaseEvent(current, ASSAY, {
      ...rollbackEvent(refused, current),
      event_type: 'rollback_refused',
      reason: cut(reasons.map(({ explanation }) => explanation).join('; '), 1024),
    }),
    writes: [
      { kind: 'replace', entity: refused },
      { kind: 'expect', entity: current },
    ],
    intents: [published('Rollback Refused', current)],
  };
};

type Switch = readonly [endpointConfigName: string, now: Instant];
/** Records that the deployer has been asked to serve the fallback under this endpoint configuration. */
export const recordSwitch = (rollback: Rollback, current: Release, [endpointConfigName, now]: Switch): Change => ({
  model: rollback.modelName,
  event: releaseEvent(current, ASSAY, {
    ...rollbackEvent(rollback, current),
    event_type: 'deployment_started',
    idempotency_key: `${rollback.rollbackId}:${endpointConfigName}`,
  }),
  writes: [
    { kind: 'replace', entity: { ...rollback, endpointConfigName, switchOrderedAt: now } },
    { kind: 'expect', entity: current },
  ],
  intents: [],
});

type Flip = {
  readonly rollback: Rollback;
  readonly pointer: Pointer;
  readonly endpoint: Endpoint | undefined;
  readonly failed: Release;
  /** Undefined if the model is taken back to nothing. */
  readonly fallback: Release | undefined;
  /** The policy that the fallback was approved under. */
  readonly fallbackPolicy: PolicyRecord | undefined;
  /** The hold of an earlier rollback, which this one replaces. */
  readonly formerHold: Hold | undefined;
  readonly now: Instant;
};

/**
 * One flip back: the fallback goes into production, or nothing does; the failed release is rolled back, and the model is
 * held. The failed release can never be a fallback, so the pointer has none until the next promotion.
 */
export const rollBack = (flip: Flip): Change => {
  const { rollback, pointer, endpoint, failed, fallback, formerHold, now } = flip;
  const executed: Rollback = { ...rollback, status: 'executed', executedAt: now };
  const rolledBack = transition(failed, 'rolled_back', now);
  const servingAgain = fallback === undefined ? [] : [transition(fallback, 'production', now)];
  const { fallbackEndpointConfigName: _, ...served } = pointer;
  const flipped: Pointer = {
    ...served,
    epoch: pointer.epoch + 1,
    ...servedAfter(rollback, pointer, fallback),
    fallbackReleaseId: '',
    since: now,
  };
  const hold = holdBy(rollback, [failed, ...servingAgain], formerHold, now);
  const actor: Actor = { id: rollback.initiatedBy, role: rollback.actorRole, auth: rollback.actorAuth };
  const said = rollbackEvent(executed, rolledBack);
  return {
    model: rollback.modelName,
    event: releaseEvent(rolledBack, actor, {
      ...said,
      details: { ...said.details, operators_needed: hold.operatorsNeeded },
      event_type: 'rollback_executed',
      reason: rollback.reason,
    }),
    writes: [
      { kind: 'replace', entity: flipped },
      { kind: 'replace', entity: rolledBack },
      ...servingAgain.map((entity) => ({ kind: 'replace' as const, entity })),
      { kind: 'replace', entity: executed },
      // The endpoint of what was taken back to nothing is gone, and its name is free.
      ...(fallback === undefined ? freeing(endpoint, pointer.modelName) : [holding(endpoint, pointer, now)]),
      { kind: formerHold === undefined ? 'create' : 'replace', entity: hold },
    ],
    intents: [
      ...[failed, ...servingAgain].map(syncOf),
      published('Release Rolled Back', rolledBack),
      noticeOf('rolled_back', rolledBack),
      ...renewalOf(flip),
    ],
  };
};

const renewalOf = ({ fallback, fallbackPolicy: policy, now }: Flip) =>
  fallback?.approvedUntil === undefined || policy?.auto_renew !== true
    ? []
    : overdueRenewal(fallback.releaseId, { until: fallback.approvedUntil, days: policy.approval_expiry_days }, now);

const servedAfter = (
  { endpointConfigName }: Rollback,
  pointer: Pointer,
  fallback: Release | undefined,
): Partial<Pointer> =>
  fallback === undefined
    ? { releaseId: NOTHING, endpointName: '', endpointConfigName: '' }
    : { releaseId: fallback.releaseId, endpointConfigName: endpointConfigName ?? pointer.endpointConfigName };
