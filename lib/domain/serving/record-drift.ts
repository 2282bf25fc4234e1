/** The changes that put on record what was done to a package by hand. */

import type { Change, Write } from '../change/change.ts';
import { published } from '../change/published.ts';
import { suspending } from '../change/suspending.ts';
import { syncOf } from '../change/sync.ts';
import { cut } from '../cut.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../instant.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { registryDriftRule } from '../policy/registry-rules.ts';
import { madeReadable } from '../readable.ts';
import { packageId } from '../records/package-holder.ts';
import type { RegistryDrift } from '../records/registry-drift.ts';
import { REJECTED_BY_HAND, type Suspension } from '../records/suspension.ts';
import { type Release, requireEstablished } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';
import type { DriftKind, Shown } from './registry-judgement.ts';
import type { RegistryStatus } from './registry-status.ts';

/** Assay answers so often within 24 hours, one package each. Then somebody has to talk to whoever keeps changing it. */
export const ANSWERS_MAX = 3;

export type Drifted = {
  readonly release: Release;
  readonly policy: PolicyRecord | undefined;
  readonly kind: DriftKind;
  readonly parts: readonly string[];
  readonly shown: Shown;
  readonly desired: RegistryStatus;
  /** Who wrote to the package last: an id of the directory, or a role of AWS; empty if SageMaker does not say. */
  readonly by: string;
  readonly earlier: RegistryDrift | undefined;
  /** The row of the last rejection of the package of this release, lifted or not; read only where it is rejected again. */
  readonly rejection: Suspension | undefined;
  readonly now: Instant;
};

/** What was found, by one digest: somebody who writes the same again has written again. */
export const seenIn = ({ status, modifiedAt }: Shown): Sha256 =>
  canonicalSha256({ ...status, modifiedAt: String(modifiedAt) });

/**
 * Records what was done by hand, and what Assay does about it: a rejection closes the gate, anything else is reverted or
 * reported as the policy says, three times a day. Undefined once a person is needed, who has been told.
 */
export const recordDrift = (drifted: Drifted): Change | undefined => {
  if (drifted.kind === 'rejected_by_hand') return recordRejection(drifted);
  const { release, policy, earlier, now } = drifted;
  if (earlier?.personNeededSince !== undefined) return undefined;
  const rule = policy === undefined ? 'revert' : registryDriftRule(policy);
  const isTooOften = answersOf(drifted).length >= ANSWERS_MAX;
  const answer = isTooOften ? 'person_needed' : rule === 'report' ? 'reported' : 'reverted';
  const row = driftRow(drifted, answer);
  return {
    model: release.modelName,
    event: driftEvent('model_package_drifted', release, drifted, row),
    writes: [
      { kind: 'expect', entity: release },
      writing(earlier, isTooOften ? { ...row, personNeededSince: now } : row),
    ],
    intents: [
      ...(answer === 'reverted' ? [syncOf(release)] : []),
      published(isTooOften ? 'Model Package Needs Person' : 'Model Package Drifted', release),
    ],
  };
};

/** The gate reads the row of the suspension, as it does any other. Only a person lifts it. */
const recordRejection = (drifted: Drifted): Change => {
  const { release, earlier, rejection, now } = drifted;
  const row = driftRow(drifted, 'closed');
  const reason = `its package ${requireEstablished(release, 'modelPackageArn')} was rejected by hand${by(drifted)}`;
  const cause = { kind: REJECTED_BY_HAND, causeId: REJECTED_BY_HAND, reason };
  const rejected: Release = { ...release, packageRejectedSince: now };
  const { after, ...written } = suspending(rejected, { ...cause, earlier: rejection, now });
  return {
    model: release.modelName,
    event: driftEvent('model_package_rejected', after, drifted, row),
    writes: [...written.writes, writing(earlier, row)],
    intents: [...written.intents, published('Model Package Rejected', after)],
  };
};

const by = ({ by: who }: Drifted): string => (who === '' ? '' : ` by ${who}`);

const writing = (earlier: RegistryDrift | undefined, entity: RegistryDrift): Write => ({
  kind: earlier === undefined ? 'create' : 'replace',
  entity,
});

/** When Assay answered within the last 24 hours. */
const answersOf = ({ earlier, now }: Drifted): Instant[] =>
  (earlier?.answeredAt ?? []).filter((at) => at > plusMilliseconds(now, -DAY_MS));

const driftRow = (drifted: Drifted, answer: 'reverted' | 'reported' | 'closed' | 'person_needed'): RegistryDrift => {
  const { release, earlier, kind, shown, now } = drifted;
  const modelPackageArn = requireEstablished(release, 'modelPackageArn');
  const answered = answersOf(drifted);
  return {
    entity: 'registry_drift',
    version: earlier?.version ?? 0,
    packageId: packageId(modelPackageArn),
    modelPackageArn,
    releaseId: release.releaseId,
    modelName: release.modelName,
    kind,
    answer,
    seen: seenIn(shown),
    foundAt: now,
    answeredAt: answer === 'reverted' || answer === 'reported' ? [...answered, now] : answered,
    ...(earlier?.personNeededSince === undefined ? {} : { personNeededSince: earlier.personNeededSince }),
  };
};

const driftEvent = (
  event_type: 'model_package_drifted' | 'model_package_rejected',
  after: Release,
  drifted: Drifted,
  row: RegistryDrift,
) => {
  const { kind, parts, shown, desired } = drifted;
  return releaseEvent(after, ASSAY, {
    event_type,
    idempotency_key: `${after.releaseId}:drift:${row.seen}`,
    reason: `the model package was ${kind.replaceAll('_', ' ')}${by(drifted)}`,
    details: {
      model_package_arn: row.modelPackageArn,
      kind,
      found_status: madeReadable(cut(shown.status.approvalStatus, 64)),
      expected_status: desired.approvalStatus,
      parts: fitIntoEvent(parts),
      by: drifted.by,
      ...(shown.modifiedAt === undefined ? {} : { modified_at: shown.modifiedAt }),
      answer: row.answer,
      answers_in_24_hours: row.answeredAt.length,
    },
  });
};
