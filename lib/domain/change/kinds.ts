/** Every kind of record that the table holds, apart from the ledger and the outbox. A new one is a line here. */
import type * as z from 'zod';
import { behaviourKind } from '../evidence/behaviour-record.ts';
import { outcomesKind } from '../evidence/outcome-record.ts';
import { policyKind } from '../policy/policy-record.ts';
import type { RecordKey, RecordKind } from '../record-kind.ts';
import { accountCallKind } from '../records/account-call.ts';
import { answeredAlarmKind } from '../records/answered-alarm.ts';
import { approvalKind, requestKind } from '../records/approval.ts';
import { attestationKind } from '../records/attestation.ts';
import { breakGlassKind } from '../records/break-glass.ts';
import { breakGlassUseKind } from '../records/break-glass-use.ts';
import { canariesKind } from '../records/canaries.ts';
import { checkKind } from '../records/check-record.ts';
import { metConditionKind } from '../records/condition.ts';
import { configurationKind } from '../records/configuration.ts';
import { decisionKeyKind } from '../records/decision-key.ts';
import { endpointKind } from '../records/endpoint.ts';
import { endpointMoveKind } from '../records/endpoint-move.ts';
import { faultKind } from '../records/fault.ts';
import { decidedContentKind, decidedVersionKind } from '../records/former-decision.ts';
import { heartbeatKind } from '../records/heartbeat.ts';
import { holdKind } from '../records/hold.ts';
import { contentKind, refusalKind } from '../records/intake.ts';
import { keyRotationKind } from '../records/key-rotation.ts';
import { legalHoldKind } from '../records/legal-hold.ts';
import { lineKind } from '../records/line.ts';
import { monitoredKind } from '../records/monitored.ts';
import { observationKind } from '../records/observation.ts';
import { packageHolderKind } from '../records/package-holder.ts';
import { periodicReviewKind } from '../records/periodic-review.ts';
import { pointerKind } from '../records/pointer.ts';
import { refusalSlotKind } from '../records/refusal-slot.ts';
import { registryDriftKind } from '../records/registry-drift.ts';
import { reverificationKind } from '../records/reverification.ts';
import { rollbackKind } from '../records/rollback.ts';
import { servedPeriodKind } from '../records/served-period.ts';
import { servedVersionsKind } from '../records/served-versions.ts';
import { stageChecksKind } from '../records/stage-checks.ts';
import { suspensionKind } from '../records/suspension.ts';
import { watchedEndpointKind } from '../records/watched-endpoint.ts';
import { releaseKind } from '../release/release.ts';

/** Makes the compiler check that each kind is listed under the `entity` of its records. */
const named = <T extends { [N in keyof T]: { readonly schema: z.ZodType<{ entity: N }> } }>(table: T) => table;

const table = named({
  account_call: accountCallKind,
  answered_alarm: answeredAlarmKind,
  approval: approvalKind,
  attestation: attestationKind,
  break_glass: breakGlassKind,
  break_glass_use: breakGlassUseKind,
  canaries: canariesKind,
  check: checkKind,
  configuration: configurationKind,
  content: contentKind,
  decision_key: decisionKeyKind,
  decided_content: decidedContentKind,
  decided_version: decidedVersionKind,
  endpoint: endpointKind,
  fault: faultKind,
  heartbeat: heartbeatKind,
  endpoint_move: endpointMoveKind,
  hold: holdKind,
  key_rotation: keyRotationKind,
  legal_hold: legalHoldKind,
  line: lineKind,
  met_condition: metConditionKind,
  monitored: monitoredKind,
  observation: observationKind,
  outcomes: outcomesKind,
  behaviour: behaviourKind,
  package_holder: packageHolderKind,
  periodic_review: periodicReviewKind,
  pointer: pointerKind,
  policy: policyKind,
  refusal: refusalKind,
  refusal_slot: refusalSlotKind,
  registry_drift: registryDriftKind,
  release: releaseKind,
  request: requestKind,
  reverification: reverificationKind,
  rollback: rollbackKind,
  served_period: servedPeriodKind,
  served_versions: servedVersionsKind,
  stage_checks: stageChecksKind,
  suspension: suspensionKind,
  watched_endpoint: watchedEndpointKind,
});

export type EntityName = keyof typeof table;
export type Entities = { [N in EntityName]: z.output<(typeof table)[N]['schema']> };
export type Entity = Entities[EntityName];

/** The id of one record of a kind; empty if there is only one record. */
export type IdOf<N extends EntityName> = Parameters<(typeof table)[N]['key']>;
type OwnerIdOf<N extends EntityName> = Parameters<(typeof table)[N]['prefix']>;

/** The kinds of which an owner can have several records, and the id of that owner. */
export type ListedName = { [N in EntityName]: IdOf<N> extends OwnerIdOf<N> ? never : N }[EntityName];
export type OwnerOf<N extends ListedName> = OwnerIdOf<N>;

export const kinds: { readonly [N in EntityName]: RecordKind<Entities[N], IdOf<N>, OwnerIdOf<N>> } = table;

/** The key that an entity is stored under. */
export const keyOf = (entity: Entity): RecordKey => {
  const kind: Pick<RecordKind<Entity, never, never>, 'keyOf'> = kinds[entity.entity];
  return kind.keyOf(entity);
};
