/** One release in each state of its life, with its checks, approvals, pointer and rollback. */

import type { Change } from '../../lib/domain/change/change.ts';
import { executionName } from '../../lib/domain/change/execution-name.ts';
import { CHECKS } from '../../lib/domain/checks/known-checks.ts';
import type { StageName } from '../../lib/domain/checks/vocabulary.ts';
import { ModelName, ReleaseId } from '../../lib/domain/identifiers.ts';
import { DAY_MS, HOUR_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { Approval, ApprovalRequest } from '../../lib/domain/records/approval.ts';
import { Attestation } from '../../lib/domain/records/attestation.ts';
import { BreakGlass } from '../../lib/domain/records/break-glass.ts';
import { Endpoint } from '../../lib/domain/records/endpoint.ts';
import { EndpointMove } from '../../lib/domain/records/endpoint-move.ts';
import { Hold } from '../../lib/domain/records/hold.ts';
import { ALL_MODELS, Line, type LineAct, neverStopped } from '../../lib/domain/records/line.ts';
import { isServing, Pointer, type ServingPointer } from '../../lib/domain/records/pointer.ts';
import { Rollback } from '../../lib/domain/records/rollback.ts';
import { endpointNameOf, Release } from '../../lib/domain/release/release.ts';
import { aCheck, aPolicy, aRelease, contentOf, digestOf, NOW } from './approval-case.ts';
import { signedApproval } from './decision-key.ts';

export const policy = aPolicy();
/** By what windows are judged: the deployed policy, which has none here. */
export const DEPLOYED = { deployed: { policy, environment: 'prod' } };
/** A window about the model of these releases. */
export const A_FREEZE = {
  ...{ name: 'audit week', models: ['mortgage-approval'], zone: 'UTC', on_freeze: 'wait' },
  ...{ from: '2026-11-20T00:00', until: '2026-11-22T00:00' },
};
export const checks = CHECKS.map(({ name }) => aCheck(name));
export const MODEL = 'mortgage-approval';

/** The keys that sign in tests. */
export const SIGNING_KEYS = { recordKeyId: 'record-key', attestationKeyId: 'attestation-key' };

export const anAttestation = (stage: StageName, changes: Partial<Attestation> = {}): Attestation =>
  Attestation.parse({
    entity: 'attestation',
    version: 1,
    releaseId: 'mortgage-1-2-0',
    stage,
    sha256: digestOf(`attestation of ${stage}`),
    uri: `s3://evidence/attestations/mortgage-approval/1.2.0/mortgage-1-2-0/${stage}/attestation.dsse.json`,
    keyId: 'attestation-key',
    signedAt: NOW,
    ...changes,
  });

export const validated = aRelease(policy, checks);

const { pinned, rollbackTarget: _, evidenceDigest: __, ...unpinned } = validated;
export const draft = Release.parse({ ...unpinned, state: 'draft', version: 1 });
export const pinnedDraft = Release.parse({ ...draft, pinned, version: 2 });

export const APPROVED_UNTIL = plusMilliseconds(NOW, 90 * DAY_MS);
export const approved = Release.parse({
  ...validated,
  state: 'approved',
  version: 8,
  modelPackageArn: `arn:aws:sagemaker:us-east-1:000000000000:model-package/${MODEL}/1`,
  approvalRequestId: `apr-${validated.releaseId}`,
  approvedAt: NOW,
  approvedUntil: APPROVED_UNTIL,
  recordSha256: digestOf('record'),
  recordUri: 's3://evidence/records/record.dsse.json',
  recordKeyId: SIGNING_KEYS.recordKeyId,
});
export const deployed = Release.parse({ ...approved, version: 9, endpointConfigName: 'mortgage-1-2-0-e1' });
export const inProduction = Release.parse({ ...deployed, state: 'production', version: 10 });

/** The release that was in production before. */
export const superseded = Release.parse({
  ...inProduction,
  releaseId: 'mortgage-1-1-0',
  modelVersion: '1.1.0',
  manifest: { ...inProduction.manifest, release_id: 'mortgage-1-1-0', model_version: '1.1.0' },
  state: 'superseded',
});

export const aPointer = (changes: Partial<ServingPointer> = {}): ServingPointer => {
  const pointer = Pointer.parse({
    entity: 'pointer',
    version: 2,
    modelName: MODEL,
    epoch: 2,
    releaseId: inProduction.releaseId,
    fallbackReleaseId: superseded.releaseId,
    endpointName: 'mortgage',
    endpointConfigName: 'mortgage-1-2-0-e2',
    since: NOW,
    ...changes,
  });
  if (!isServing(pointer)) throw new Error('it names no release');
  return pointer;
};

/** The pointer of a model that was taken back to nothing. */
export const anEmptyPointer = (): Pointer =>
  Pointer.parse({
    ...aPointer(),
    version: 3,
    epoch: 3,
    releaseId: '',
    fallbackReleaseId: '',
    endpointName: '',
    endpointConfigName: '',
  });

export const anEndpoint = (changes: Partial<Endpoint> = {}): Endpoint =>
  Endpoint.parse({
    entity: 'endpoint',
    version: 1,
    endpointId: 'mortgage',
    endpointName: 'mortgage',
    status: 'owned',
    modelName: MODEL,
    since: NOW,
    ...changes,
  });

/** The policy that these releases were requested under, as it is kept. */
export const keptPolicy = {
  ...{ entity: 'policy' as const, version: 1, policySha256: validated.policySha256, policy, firstSeenAt: NOW },
};

/** What the gate reads besides a release, where the model has done nothing yet. */
export const NOTHING_BEFORE = {
  policy,
  approvals: [],
  former: [],
  met: [],
  suspensions: [],
  freezes: [],
  canaries: undefined,
  reverifications: [],
  content: contentOf(approved),
  ended: undefined,
  pointer: undefined,
  rollback: undefined,
  move: undefined,
  hold: undefined,
  wholeLine: neverStopped(ALL_MODELS),
  ownLine: neverStopped(ModelName.parse(MODEL)),
  breakGlass: undefined,
  environment: 'test',
  served: undefined,
  endpoint: undefined,
};

export const aRollback = (changes: Partial<Rollback> = {}): Rollback =>
  Rollback.parse({
    entity: 'rollback',
    version: 1,
    rollbackId: `rollback-${MODEL}-2`,
    modelName: MODEL,
    epoch: 2,
    fromReleaseId: inProduction.releaseId,
    toReleaseId: superseded.releaseId,
    status: 'requested',
    initiatedBy: 'oscar',
    actorRole: 'operator',
    actorAuth: 'jwt',
    reason: 'errors doubled',
    linkedIncident: 'INC-7',
    requestedAt: NOW,
    execution: executionName(`rollback-${MODEL}-2`, 0, changes.requestedAt ?? NOW),
    ...changes,
  });

export const aMove = (changes: Partial<EndpointMove> = {}): EndpointMove =>
  EndpointMove.parse({
    entity: 'endpoint_move',
    version: 1,
    modelName: MODEL,
    number: 1,
    status: 'requested',
    releaseId: inProduction.releaseId,
    epoch: 2,
    fromEndpointName: 'mortgage',
    toEndpointName: 'mortgage-eu',
    initiatedBy: 'oscar',
    actorRole: 'operator',
    actorAuth: 'jwt',
    reason: 'the name says the region',
    requestedAt: NOW,
    updatedAt: NOW,
    execution: executionName(`${MODEL}-move-1`, 0, changes.requestedAt ?? NOW),
    ...changes,
  });

export const aHold = (changes: Partial<Hold> = {}): Hold =>
  Hold.parse({
    entity: 'hold',
    version: 1,
    modelName: MODEL,
    status: 'held',
    rollbackId: `rollback-${MODEL}-2`,
    fromReleaseId: inProduction.releaseId,
    initiatedBy: 'oscar',
    heldSince: NOW,
    operatorsNeeded: 1,
    consents: [],
    ...changes,
  });

export const aStop = (linkedIncident: string): LineAct => ({
  by: 'olga',
  at: NOW,
  reason: 'the answers are wrong',
  linkedIncident,
});

export const aLine = (changes: Partial<Line> = {}): Line =>
  Line.parse({
    entity: 'line',
    version: 1,
    scope: MODEL,
    status: 'stopped',
    changed: aStop('INC-9'),
    ...changes,
  });

/** Asked for by olga an hour after `NOW`, and confirmed by oscar at once, for four hours. */
export const aBreakGlass = (changes: Partial<BreakGlass> = {}): BreakGlass =>
  BreakGlass.parse({
    entity: 'break_glass',
    version: 2,
    modelName: MODEL,
    number: 1,
    releaseId: approved.releaseId,
    environment: 'test',
    endpointName: endpointNameOf(approved),
    linkedIncident: 'INC-9',
    requested: { by: 'olga', at: plusMilliseconds(NOW, HOUR_MS), reason: 'the answers are wrong' },
    confirmBy: plusMilliseconds(NOW, 2 * HOUR_MS),
    openHours: 4,
    documentDays: 3,
    confirmed: {
      ...{ by: 'oscar', at: plusMilliseconds(NOW, HOUR_MS), reason: 'it cannot wait' },
      until: plusMilliseconds(NOW, 5 * HOUR_MS),
    },
    ...changes,
  });

export const approvedRequest = ApprovalRequest.parse({
  entity: 'request',
  version: 4,
  requestId: `apr-${validated.releaseId}`,
  releaseId: validated.releaseId,
  modelName: validated.modelName,
  modelVersion: validated.modelVersion,
  artifactSha256: validated.manifest.artifact_sha256,
  evidenceDigest: validated.evidenceDigest,
  riskTier: validated.riskTier,
  requestedBy: validated.requestedBy,
  requiredRoles: policy.tiers.medium.roles,
  invitations: [{ personId: 'ada', role: 'ml_lead', nonce: 'n'.repeat(16) }],
  status: 'approved',
  createdAt: NOW,
  expiresAt: plusMilliseconds(NOW, 72 * HOUR_MS),
  taskToken: 'task-token',
});

/** What a person decided about `approved`, signed. */
export const anApprovalOf = (approverId: string, approverRole: string, changes: object = {}): Approval =>
  signedApproval(anUnsignedApprovalOf(approverId, approverRole, changes), approved);

export const anUnsignedApprovalOf = (approverId: string, approverRole: string, changes: object = {}): Approval =>
  Approval.parse({
    entity: 'approval',
    version: 1,
    releaseId: validated.releaseId,
    requestId: approvedRequest.requestId,
    approverId,
    approverRole,
    decision: 'approve',
    comment: '',
    timestamp: NOW,
    evidenceDigestVerified: validated.evidenceDigest,
    checklist: [],
    meaning: policy.approval_meaning,
    authMethod: 'signed_link',
    ...changes,
  });

export const releaseId = (id: string): ReleaseId => ReleaseId.parse(id);

/** The writes and intents of a change, in words. */
export const written = (change: Change): string[] =>
  change.writes.map(({ kind, entity }) => `${kind} ${entity.entity}`);
export const intended = (change: Change): string[] =>
  change.intents.map(({ intent }) => {
    if (intent.kind === 'publish_event') return `publish ${intent.detailType}`;
    if (intent.kind === 'sync_registry') return `sync ${intent.releaseId}`;
    if (intent.kind === 'notify_people') return `notify ${intent.outcome}`;
    return intent.kind;
  });

/** The entity of this name as a change leaves it. */
export const resulting = <N extends Change['writes'][number]['entity']['entity']>(change: Change, name: N) => {
  const found = change.writes.find(({ entity }) => entity.entity === name)?.entity;
  if (found === undefined) throw new Error(`the change writes no ${name}`);
  return found as Extract<Change['writes'][number]['entity'], { entity: N }>; // found by its name
};
