import { describe, expect, it } from 'vitest';
import { entityKey } from '../../lib/adapters/dynamodb-keys.ts';
import type { EntityName } from '../../lib/domain/change/kinds.ts';
import { NOW } from '../support/approval-case.ts';
import { everyKind, kindNames } from '../support/every-kind.ts';
import { inProduction } from '../support/release-life.ts';

const records = everyKind(inProduction);
const { releaseId, modelName } = inProduction;
const { answered_alarm: answered, check, content, policy, refusal, refusal_slot: refusalSlot } = records;
const { package_holder: packages, decision_key: decisionKey, decided_content: decided, met_condition: met } = records;

/** Existing tables have their items under these keys: if a key changes, its items are lost. */
const KEYS: Record<EntityName, { pk: string; sk: string }> = {
  account_call: { pk: 'ACCOUNT#2026-11-21', sk: `CALL#${records.account_call.record.callId}` },
  answered_alarm: { pk: `ALARM#${answered.record.answerId}`, sk: 'META' },
  approval: { pk: `APPROVALS#${releaseId}`, sk: 'APPROVAL#ada' },
  attestation: { pk: `ATTESTATIONS#${releaseId}`, sk: 'ATTESTATION#model_card' },
  break_glass: { pk: `BREAKGLASS#${modelName}`, sk: 'BREAKGLASS' },
  break_glass_use: { pk: `GLASSUSE#${modelName}`, sk: 'USE#1#2' },
  fault: { pk: `FAULT#${releaseId}`, sk: 'FAULT#3#first' },
  canaries: { pk: 'CANARIES', sk: 'CANARIES' },
  check: { pk: `CHECKS#${releaseId}`, sk: `CHECK#${check.record.stage}#${check.record.name}` },
  configuration: { pk: 'CONFIGURATION', sk: 'META' },
  content: { pk: `CONTENT#${content.record.contentSha256}`, sk: 'META' },
  decision_key: { pk: 'LOG', sk: `DECISION_KEY#${decisionKey.record.fingerprint}` },
  decided_content: { pk: `DECIDED_CONTENT#${decided.record.artifactSha256}`, sk: `RELEASE#${releaseId}` },
  decided_version: { pk: `DECIDED_VERSION#${modelName}#1.2.0`, sk: `RELEASE#${releaseId}` },
  endpoint: { pk: `ENDPOINT#${releaseId.toLowerCase()}`, sk: 'OWNER' },
  heartbeat: { pk: 'LOG', sk: 'HEARTBEAT' },
  endpoint_move: { pk: `MOVE#${modelName}`, sk: 'MOVE' },
  hold: { pk: `HOLD#${modelName}`, sk: 'HOLD' },
  key_rotation: { pk: `ROTATION#rotation-${releaseId}`, sk: 'META' },
  legal_hold: { pk: 'LEGALHOLDS', sk: `HOLD#${modelName}#CASE-1` },
  line: { pk: `LINE#${modelName}`, sk: 'LINE' },
  behaviour: { pk: `CHECKS#${releaseId}`, sk: 'BEHAVIOUR' },
  met_condition: { pk: `CONDITIONS#${releaseId}`, sk: `MET#ada-1#${met.record.conditionSha256}` },
  monitored: { pk: `MONITOR#${modelName}`, sk: 'STATE' },
  observation: { pk: `OBSERVED#${modelName}#2026-11-21`, sk: `SEEN#${records.observation.record.observationId}` },
  outcomes: { pk: `CHECKS#${releaseId}`, sk: 'OUTCOMES' },
  package_holder: { pk: `PACKAGE#${packages.record.packageId}`, sk: 'HOLDER' },
  periodic_review: { pk: `REVIEW#${modelName}`, sk: 'LAST' },
  pointer: { pk: `POINTER#${modelName}`, sk: 'PRODUCTION' },
  policy: { pk: `POLICY#${policy.record.policySha256}`, sk: 'META' },
  refusal: { pk: `REFUSAL#${refusal.record.refusalId}`, sk: 'META' },
  refusal_slot: { pk: `REFUSED#decision#${refusalSlot.record.countedBy}`, sk: 'SLOT#0' },
  release: { pk: `RELEASE#${releaseId}`, sk: 'META' },
  request: { pk: `REQUEST#apr-${releaseId}`, sk: 'META' },
  reverification: { pk: `REVERIFICATIONS#${releaseId}`, sk: 'REVERIFICATION#accuracy_above_minimum' },
  rollback: { pk: `ROLLBACK#rollback-${releaseId}`, sk: 'META' },
  served_period: { pk: `SERVED#${releaseId.toLowerCase()}`, sk: `FROM#${NOW}` },
  served_versions: { pk: `VERSIONS#${modelName}`, sk: 'VERSIONS' },
  registry_drift: { pk: `DRIFT#${records.registry_drift.record.packageId}`, sk: 'META' },
  suspension: { pk: `SUSPENSIONS#${releaseId}`, sk: 'SUSPENSION#condition_overdue#ada-1' },
  stage_checks: { pk: `CHECKS#${releaseId}`, sk: `CHECKS#${check.record.stage}` },
  watched_endpoint: { pk: `WATCH#${releaseId.toLowerCase()}`, sk: 'STATE' },
};

describe('the table', () => {
  it.each(kindNames)('keeps a %s where it always did', (kind) => {
    expect(entityKey(records[kind].record)).toEqual(KEYS[kind]);
  });
});
