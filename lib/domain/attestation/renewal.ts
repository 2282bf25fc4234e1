/** Finds the signatures of a release that are by former keys, and replaces them with new ones. */

import type { Change, Write } from '../change/change.ts';
import { syncOf } from '../change/sync.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import type { AuditEvent } from '../ledger/event.ts';
import type { Attestation, KeptEnvelope } from '../records/attestation.ts';
import type { KeyRotation } from '../records/key-rotation.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import type { RenewalCounts } from './key-rotation.ts';
import { GOVERNANCE_RECORD, signaturesIn } from './signature.ts';

type Signed = { readonly release: Release; readonly attestations: readonly Attestation[] };

/** An envelope signed by a former key, and the key that is to re-sign its payload. */
export type StaleSignature = { readonly of: string; readonly kept: KeptEnvelope; readonly keyId: string };

/** Every signature of a release that is not by the keys of the rotation. */
export const staleSignatures = (
  { release, attestations }: Signed,
  { recordKeyId, attestationKeyId }: KeyRotation,
): StaleSignature[] => {
  const { recordSha256, recordUri, recordKeyId: signedBy } = release;
  const record: StaleSignature[] =
    recordSha256 === undefined || recordUri === undefined || signedBy === undefined
      ? []
      : [
          {
            of: GOVERNANCE_RECORD,
            kept: { sha256: recordSha256, uri: recordUri, keyId: signedBy },
            keyId: recordKeyId,
          },
        ];
  return [
    ...record,
    ...attestations.map(({ stage, sha256, uri, keyId }) => ({
      of: stage,
      kept: { sha256, uri, keyId },
      keyId: attestationKeyId,
    })),
  ].filter(({ kept, keyId }) => kept.keyId !== keyId);
};

/**
 * Why an envelope must not be re-signed; undefined if it may be. A holder of the former key could have put a forged
 * envelope into the table, but not the event that records it into the ledger.
 */
export const renewalProblem = ({ of, kept }: StaleSignature, events: readonly AuditEvent[]): string | undefined =>
  signaturesIn(events).some((signature) => signature.of === of && signature.sha256 === kept.sha256)
    ? undefined
    : 'it is not in the ledger';

export type RenewalOutcome = { readonly stale: StaleSignature } & (
  | { readonly kind: 'renewed'; readonly kept: KeptEnvelope }
  | { readonly kind: 'refused'; readonly problem: string }
);

export const renewalCounts = (outcomes: readonly RenewalOutcome[]): RenewalCounts => {
  const renewed = outcomes.filter(({ kind }) => kind === 'renewed').length;
  return { renewed, refused: outcomes.length - renewed };
};

/** Replaces the envelopes of former keys with the new ones. The event says which replaced which, and why. */
export const recordRenewal = (
  { release, attestations }: Signed,
  outcomes: readonly RenewalOutcome[],
  rotation: KeyRotation,
  now: Instant,
): Change => {
  const renewed = outcomes.flatMap((outcome) => (outcome.kind === 'renewed' ? [outcome] : []));
  const renewedOf = (of: string) => renewed.find(({ stale }) => stale.of === of)?.kept;
  const record = renewedOf(GOVERNANCE_RECORD);
  const after: Release =
    record === undefined
      ? release
      : { ...release, recordSha256: record.sha256, recordUri: record.uri, recordKeyId: record.keyId, updatedAt: now };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'signatures_renewed',
      idempotency_key: `${release.releaseId}:${rotation.rotationId}:${rotation.attempt}`,
      reason: rotation.reason,
      linked_incident: rotation.linkedIncident,
      details: {
        rotation_id: rotation.rotationId,
        renewed: renewed.map(renewalOf),
        refused: outcomes.flatMap(refusalOf),
      },
    }),
    writes: [
      { kind: record === undefined ? 'expect' : 'replace', entity: after },
      ...attestations.flatMap((attestation): Write[] => {
        const kept = renewedOf(attestation.stage);
        return kept === undefined ? [] : [{ kind: 'replace', entity: { ...attestation, ...kept, signedAt: now } }];
      }),
    ],
    intents: record === undefined ? [] : [syncOf(release)],
  };
};

const renewalOf = ({ stale, kept }: RenewalOutcome & { kind: 'renewed' }) => ({
  of: stale.of,
  from_sha256: stale.kept.sha256,
  from_key_id: stale.kept.keyId,
  to_sha256: kept.sha256,
  to_uri: kept.uri,
  to_key_id: kept.keyId,
});

const refusalOf = (outcome: RenewalOutcome) =>
  outcome.kind === 'refused'
    ? [{ of: outcome.stale.of, sha256: outcome.stale.kept.sha256, problem: cut(outcome.problem, 256) }]
    : [];
