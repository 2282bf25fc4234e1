/** One record of each kind that the store keeps, with the id that it is read by. A kind without one does not compile. */
import { type Entities, type EntityName, type IdOf, kinds } from '../../lib/domain/change/kinds.ts';
import { policySha256 } from '../../lib/domain/policy/policy-record.ts';
import { type AnsweredAlarm, answerId } from '../../lib/domain/records/answered-alarm.ts';
import type { KeyRotation } from '../../lib/domain/records/key-rotation.ts';
import type { PackageHolder } from '../../lib/domain/records/package-holder.ts';
import { withVersion } from '../../lib/domain/records/served-versions.ts';
import { stageChecks } from '../../lib/domain/records/stage-checks.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { refuseClaimOf } from './a-refusal.ts';
import { digestOf, NOW } from './approval-case.ts';
import { A_DEVIATION, aPeriod, aWatchedEndpoint } from './looks.ts';
import {
  aBreakGlass,
  aHold,
  aLine,
  aMove,
  anApprovalOf,
  anAttestation,
  anEndpoint,
  aPointer,
  approvedRequest,
  aRollback,
  checks,
  inProduction,
  policy,
  SIGNING_KEYS,
} from './release-life.ts';

export const kindNames = Object.keys(kinds) as EntityName[]; // the names of the table, by its type

type OfEachKind = { readonly [N in EntityName]: { readonly id: IdOf<N>; readonly record: Entities[N] } };

/** All that is kept around one release, as it is before it is written. */
export const everyKind = ({ releaseId, modelName }: Pick<Release, 'releaseId' | 'modelName'>): OfEachKind => {
  const release = { ...inProduction, version: 0, releaseId, modelName };
  const sha256 = digestOf(releaseId);
  const callId = sha256.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  const ownPolicy = { ...policy, name: releaseId };
  const requestId = `apr-${releaseId}`;
  const refusal = { ...refuseClaimOf(releaseId), version: 0 };
  const [check] = checks;
  if (check === undefined) throw new Error('there is no check');
  const answer = anAnswer(modelName);
  const decided = {
    ...{
      version: 0,
      releaseId,
      modelName,
      modelVersion: '1.2.0',
      outcome: 'denied',
      decidedBy: 'ada',
      role: 'ml_lead',
    },
    ...{ reason: 'the groups differ', decidedAt: NOW },
  };
  return {
    account_call: {
      id: ['2026-11-21', callId],
      record: {
        ...{ entity: 'account_call', version: 0, day: '2026-11-21', callId, kind: 'permission_changed' },
        ...{ at: NOW, takenAt: NOW },
      },
    },
    answered_alarm: { id: [answer.answerId], record: answer },
    approval: {
      id: [releaseId, 'ada'],
      record: { ...anApprovalOf('ada', 'ml_lead'), version: 0, releaseId, requestId },
    },
    attestation: {
      id: [releaseId, 'model_card'],
      record: { ...anAttestation('model_card'), version: 0, releaseId },
    },
    break_glass_use: {
      id: [modelName, '1', '2'],
      record: {
        ...{ entity: 'break_glass_use', version: 0, modelName, releaseId },
        ...{ number: '1', attempt: '2', usedAt: NOW },
      },
    },
    fault: {
      id: [releaseId, '3', 'first'],
      record: {
        ...{ entity: 'fault', version: 0, modelName, releaseId: release.releaseId },
        ...{ attempt: '3', how: 'first', recordedAt: NOW },
      },
    },
    break_glass: { id: [modelName], record: { ...aBreakGlass(), version: 0, modelName, releaseId } },
    canaries: {
      id: [],
      record: {
        ...{ entity: 'canaries', version: 0, ranAt: NOW },
        checks: { accuracy_above_minimum: { failingSince: NOW, onGood: 'passed', onBad: 'passed' } },
        doubtful: [{ check: 'latency_within_threshold', from: '', until: NOW }],
      },
    },
    check: { id: [releaseId, check.stage, check.name], record: { ...check, version: 0, releaseId } },
    configuration: {
      id: [],
      record: {
        entity: 'configuration',
        version: 0,
        policySha256: sha256,
        directorySha256: sha256,
        roles: { ada: ['ml_lead'] },
        changedAt: NOW,
      },
    },
    content: { id: [sha256], record: { entity: 'content', version: 0, contentSha256: sha256, releaseId } },
    decision_key: {
      id: [sha256],
      record: { entity: 'decision_key', version: 0, fingerprint: sha256, keyId: 'decision-key', publishedAt: NOW },
    },
    decided_content: {
      id: [sha256, releaseId],
      record: { entity: 'decided_content', artifactSha256: sha256, ...decided },
    },
    decided_version: {
      id: [modelName, decided.modelVersion, releaseId],
      record: { entity: 'decided_version', ...decided },
    },
    endpoint: {
      id: [releaseId.toLowerCase()],
      record: { ...anEndpoint(), version: 0, endpointId: releaseId.toLowerCase(), modelName },
    },
    heartbeat: { id: [], record: { entity: 'heartbeat', version: 0, at: NOW } },
    endpoint_move: { id: [modelName], record: { ...aMove(), version: 0, modelName } },
    hold: { id: [modelName], record: { ...aHold(), version: 0, modelName } },
    key_rotation: { id: [`rotation-${releaseId}`], record: aRotation(`rotation-${releaseId}`) },
    legal_hold: {
      id: [modelName, 'CASE-1'],
      record: {
        entity: 'legal_hold',
        version: 0,
        modelName,
        matter: 'CASE-1',
        status: 'set',
        set: { by: 'ada', at: NOW, reason: 'the court asks for it' },
        lifting: [],
      },
    },
    line: { id: [modelName], record: { ...aLine(), version: 0, scope: modelName } },
    behaviour: {
      id: [releaseId],
      record: {
        entity: 'behaviour',
        version: 0,
        releaseId,
        predictionsSha256: sha256,
        liveReleaseId: releaseId,
        livePredictionsSha256: sha256,
        rows: { now: 2, former: 2 },
        common: 2,
        contradicted: 0,
        all: { stayedYes: 1, stayedNo: 0, yesToNo: 1, noToYes: 0 },
        groups: [{ attribute: 'race', value: 'a', stayedYes: 1, stayedNo: 0, yesToNo: 1, noToYes: 0 }],
        groupsLeftOut: 0,
        undecided: 0,
        live: { stayedYes: 1, stayedNo: 0, yesToNo: 1, noToYes: 0, rows: 2, undecided: 0, contradicted: 0 },
        liveGroups: [],
        liveGroupsLeftOut: 0,
      },
    },
    monitored: {
      id: [modelName],
      record: {
        ...{ entity: 'monitored', version: 0, modelName, releaseId, endpointName: modelName, changedAt: NOW },
        reports: { data_quality: { executionArn: releaseId, at: NOW, violations: 1, isBreach: true } },
      },
    },
    observation: {
      id: [modelName, '2026-11-21', sha256],
      record: {
        ...{ entity: 'observation', version: 0, modelName, day: '2026-11-21', observationId: sha256 },
        ...{ kind: 'training_job', arn: releaseId, status: 'Completed', at: NOW, takenAt: NOW },
      },
    },
    outcomes: {
      id: [releaseId],
      record: {
        entity: 'outcomes',
        version: 0,
        releaseId,
        predictionsSha256: sha256,
        groups: [{ attribute: 'race', value: 'a', count: 2, favorable: 1 }],
      },
    },
    package_holder: { id: [sha256], record: aHolder(sha256, releaseId) },
    periodic_review: {
      id: [modelName],
      record: {
        ...{ entity: 'periodic_review', version: 0, modelName, releaseId, reviewedAt: NOW, reviewedBy: 'olga' },
        reason: 'nothing was found',
      },
    },
    pointer: { id: [modelName], record: { ...aPointer(), version: 0, modelName } },
    policy: {
      id: [policySha256(ownPolicy)],
      record: {
        entity: 'policy',
        version: 0,
        policySha256: policySha256(ownPolicy),
        policy: ownPolicy,
        firstSeenAt: NOW,
      },
    },
    refusal: { id: [refusal.refusalId], record: refusal },
    met_condition: {
      id: [releaseId, 'ada-1', sha256],
      record: {
        ...{ entity: 'met_condition', version: 0, releaseId, conditionId: 'ada-1', conditionSha256: sha256 },
        ...{ metBy: 'grace', metAs: 'owner', reason: 'the card says so', metAt: NOW },
      },
    },
    registry_drift: {
      id: [sha256],
      record: {
        ...{ entity: 'registry_drift', version: 0, packageId: sha256, modelPackageArn: sha256, releaseId, modelName },
        ...{ kind: 'approved_by_hand', answer: 'reverted', seen: sha256, foundAt: NOW, answeredAt: [NOW] },
      },
    },
    suspension: {
      id: [releaseId, 'condition_overdue', 'ada-1'],
      record: {
        ...{ entity: 'suspension', version: 0, releaseId, modelName, kind: 'condition_overdue', causeId: 'ada-1' },
        ...{ status: 'in_force', reason: 'condition ada-1 was not met', since: NOW },
      },
    },
    refusal_slot: {
      id: ['decision', sha256, '0'],
      record: {
        entity: 'refusal_slot',
        version: 0,
        bound: 'decision',
        countedBy: sha256,
        slot: '0',
        about: sha256,
        takenAt: NOW,
      },
    },
    release: { id: [releaseId], record: release },
    request: { id: [requestId], record: { ...approvedRequest, version: 0, requestId, releaseId, modelName } },
    reverification: {
      id: [releaseId, 'accuracy_above_minimum'],
      record: {
        ...{ entity: 'reverification', version: 0, releaseId, check: 'accuracy_above_minimum' },
        ...{ status: 'failed', statusBefore: 'passed', codeSha256: sha256, at: NOW, by: 'oscar' },
      },
    },
    rollback: {
      id: [`rollback-${releaseId}`],
      record: { ...aRollback(), version: 0, rollbackId: `rollback-${releaseId}`, modelName },
    },
    stage_checks: { id: [releaseId, check.stage], record: stageChecks(release.releaseId, check.stage, [check]) },
    served_period: {
      id: [releaseId.toLowerCase(), NOW],
      record: aPeriod({ endpointId: releaseId.toLowerCase(), version: 0 }),
    },
    watched_endpoint: {
      id: [releaseId.toLowerCase()],
      record: aWatchedEndpoint({ endpointId: releaseId.toLowerCase(), version: 0, deviations: [A_DEVIATION] }),
    },
    served_versions: { id: [modelName], record: withVersion(undefined, release) },
  };
};

const aHolder = (packageId: string, releaseId: Release['releaseId']): PackageHolder => ({
  entity: 'package_holder',
  version: 0,
  packageId,
  modelPackageArn: packageId.toUpperCase(),
  releaseId,
  since: NOW,
});

const anAnswer = (modelName: Release['modelName']): AnsweredAlarm => {
  const question = { modelName, epoch: 2, alarmId: `arn:aws:cloudwatch:alarm:assay/${modelName}/errors` };
  return {
    entity: 'answered_alarm',
    version: 0,
    answerId: answerId({ ...question, alarmState: 'ALARM', answer: 'refused' }),
    ...question,
    alarmState: 'ALARM',
    releaseId: inProduction.releaseId,
    changedAt: NOW,
    answer: 'refused',
    answeredAt: NOW,
  };
};

const aRotation = (rotationId: string): KeyRotation => ({
  entity: 'key_rotation',
  version: 0,
  rotationId,
  attempt: 1,
  status: 'requested',
  ...SIGNING_KEYS,
  initiatedBy: 'oscar',
  actorRole: 'operator',
  actorAuth: 'jwt',
  reason: 'yearly rotation',
  linkedIncident: '',
  requestedAt: NOW,
  renewed: 0,
  refused: 0,
});
