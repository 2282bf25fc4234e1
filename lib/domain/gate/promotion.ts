/** The changes from the approvers' decision to production, one function per step. */

import type { Change, Write } from '../change/change.ts';
import { noticeOf } from '../change/notice.ts';
import { eventReasons, published } from '../change/published.ts';
import { syncOf } from '../change/sync.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import { DAY_MS, HOUR_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { Approval } from '../records/approval.ts';
import type { KeptEnvelope } from '../records/attestation.ts';
import type { BreakGlass } from '../records/break-glass.ts';
import { type Endpoint, holding } from '../records/endpoint.ts';
import { isServing, type Pointer } from '../records/pointer.ts';
import { type ServedVersions, withVersion } from '../records/served-versions.ts';
import { strategyMs } from '../release/deployment-strategy.ts';
import { NOT_DEPLOYED } from '../release/outcome.ts';
import { endpointNameOf, type Reason, type Release, requireEstablished, transition } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import type { EndpointStatus } from '../serving/deployer.ts';
import { dueWarnings } from '../serving/expiry-warnings.ts';
import { dueRenewal } from '../serving/renewal-window.ts';
import { isUsedBy } from './break-glass.ts';
import { startPromotion } from './start-promotion.ts';

type Approved = {
  readonly record: KeptEnvelope;
  readonly policy: Pick<PolicyRecord, 'approval_expiry_days' | 'auto_renew'>;
  readonly approvals: readonly Pick<Approval, 'conditions'>[];
  readonly now: Instant;
};

/**
 * Approves a release whose governance record has been signed and stored. The approval lasts for the policy's
 * `approval_expiry_days`. The same change starts the promotion, and tells those who have conditions to meet.
 */
export const recordApproved = (release: Release, { record, policy, approvals, now }: Approved): Change => {
  const approvedUntil = plusMilliseconds(now, policy.approval_expiry_days * DAY_MS);
  const { started, intent } = startPromotion(release, now);
  const after = transition(release, 'approved', now, {
    approvedAt: now,
    approvedUntil,
    recordSha256: record.sha256,
    recordUri: record.uri,
    recordKeyId: record.keyId,
    ...started,
  });
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'release_approved',
      idempotency_key: `${release.releaseId}:approved`,
      evidence_refs: [record.uri],
      details: { approved_until: approvedUntil, key_id: record.keyId },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [
      intent,
      syncOf(release),
      published('Release Approved', after),
      { intent: { kind: 'expire_approval', releaseId: release.releaseId }, dueAt: approvedUntil },
      ...dueWarnings({ releaseId: release.releaseId, since: now, until: approvedUntil }),
      ...(policy.auto_renew === true
        ? [dueRenewal(release.releaseId, { until: approvedUntil, days: policy.approval_expiry_days })]
        : []),
      ...(approvals.some(({ conditions }) => conditions !== undefined)
        ? [noticeOf('approved_with_conditions', after)]
        : []),
    ],
  };
};

/** What is denied, and every reason why. */
type Denial = { readonly outcome: 'deny'; readonly reasons: readonly Reason[] };

/**
 * What the release says of an attempt that ends. One that is rejected goes on to say what it was rejected for: people look for
 * that there.
 */
export const withReasons = (release: Release, reasons: readonly Reason[], now: Instant): Release => ({
  ...release,
  ...(release.state === 'rejected' ? {} : { reasons: [...reasons] }),
  updatedAt: now,
});

/** Records that the gate denied the promotion, which ends the attempt. The release keeps its state, and every reason is on record. */
export const recordDenied = (release: Release, { reasons }: Denial, now: Instant): Change => {
  const { promotionAttempt: attempt } = release;
  const after = { ...withReasons(release, reasons, now), ...(attempt !== undefined && { deniedAttempt: attempt }) };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'promotion_refused',
      idempotency_key: `${release.releaseId}:promotion:${release.version}`,
      reason: cut([...new Set(reasons.map(({ rule }) => rule))].join(', '), 1024),
      details: { reasons_total: reasons.length, reasons: eventReasons(reasons) },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [published('Promotion Refused', after)],
  };
};

/**
 * Two hours, counted from the order to the deployer, beyond what the strategy of the deployment may take. The execution must end before Step Functions ends it at 25,000 events
 * of history, which would leave no reason on the release.
 */
const DEPLOYMENT_PATIENCE_MS = 2 * HOUR_MS;

/** Why a deployment has failed: what the deployer says, or that it has taken too long; undefined if it has not failed. */
export const deploymentFailure = (release: Release, found: EndpointStatus, now: Instant): string | undefined => {
  if (found.status === 'failed') return found.reason;
  const more = found.status === 'pending' && found.isNew ? 0 : strategyMs(release);
  const isLate = millisecondsOf(now) - millisecondsOf(release.updatedAt) > DEPLOYMENT_PATIENCE_MS + more;
  const beyond = more === 0 ? '' : ' beyond what its strategy may take';
  return found.status === 'pending' && isLate ? `the endpoint has been on its way for two hours${beyond}` : undefined;
};

type FailedDeployment = {
  readonly why: string;
  /** The configuration that the endpoint is in service under instead: SageMaker has rolled the update back. */
  readonly serves?: string | undefined;
  readonly now: Instant;
};

/**
 * Records that the endpoint did not come into service. The release stays approved, and the reason is on record. People are told
 * when the endpoint has been restored, or could not be.
 */
export const recordDeploymentFailed = (release: Release, { why, serves, now }: FailedDeployment): Change => {
  const explanation = cut(why, 1024);
  const strategy = release.serving?.deployment_strategy?.type;
  const after = withReasons(release, [{ rule: NOT_DEPLOYED, evidence: '', explanation }], now);
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'deployment_failed',
      idempotency_key: `${release.releaseId}:deployment:${release.version}:failed`,
      reason: explanation,
      details: { ...(strategy && { strategy }), ...(serves && { serves }) },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [published('Deployment Failed', after)],
  };
};

type Flip = {
  readonly release: Release;
  readonly pointer: Pointer | undefined;
  readonly former: Release | undefined;
  readonly served: ServedVersions | undefined;
  readonly endpoint: Endpoint | undefined;
  /** The last break-glass of the model. */
  readonly breakGlass?: BreakGlass | undefined;
  readonly now: Instant;
};

/**
 * One flip: the release goes into production; the one before it is superseded and becomes the fallback. The pointer
 * must still have the version that was read, so of two concurrent promotions only one happens. So must the row of the
 * endpoint; there is none yet if a former version deployed the release.
 */
export const promote = ({ release, pointer, former, served, endpoint, breakGlass, now }: Flip): Change => {
  const after = transition(release, 'production', now);
  const flipped: Pointer = {
    entity: 'pointer',
    version: pointer?.version ?? 0,
    modelName: release.modelName,
    epoch: (pointer?.epoch ?? 0) + 1,
    releaseId: release.releaseId,
    fallbackReleaseId: pointer?.releaseId ?? '',
    endpointName: endpointNameOf(release),
    endpointConfigName: requireEstablished(release, 'endpointConfigName'),
    ...(isServing(pointer) ? { fallbackEndpointConfigName: pointer.endpointConfigName } : {}),
    since: now,
  };
  // When its training ended, by the word of S3.
  const { writtenAt } = release.sources.artifact;
  const isUsed = breakGlass !== undefined && isUsedBy(breakGlass, release);
  const superseded: Write[] =
    former === undefined ? [] : [{ kind: 'replace', entity: transition(former, 'superseded', now) }];
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'deployment_promoted',
      idempotency_key: `${release.modelName}:epoch:${flipped.epoch}`,
      details: {
        epoch: flipped.epoch,
        endpoint: flipped.endpointName,
        endpoint_config: flipped.endpointConfigName,
        superseded: flipped.fallbackReleaseId,
        risk_tier: release.riskTier,
        ...(writtenAt && { artifact_written_at: writtenAt }),
        ...(isUsed && { break_glass: breakGlass.number }),
      },
    }),
    writes: [
      { kind: 'replace', entity: after },
      { kind: pointer === undefined ? 'create' : 'replace', entity: flipped },
      { kind: served === undefined ? 'create' : 'replace', entity: withVersion(served, release) },
      holding(endpoint, flipped, now),
      ...superseded,
    ],
    intents: [
      syncOf(release),
      ...(former === undefined ? [] : [syncOf(former)]),
      published('Release Promoted', after),
      noticeOf('promoted', after),
    ],
  };
};

/** Records that a step asked for a transition that is not allowed. The release is unchanged. */
export const recordTransitionRefused = (release: Release, why: string): Change => ({
  model: release.modelName,
  event: releaseEvent(release, ASSAY, {
    event_type: 'transition_refused',
    idempotency_key: `${release.releaseId}:transition:${release.version}`,
    reason: cut(why, 1024),
  }),
  writes: [{ kind: 'expect', entity: release }],
  intents: [],
});
