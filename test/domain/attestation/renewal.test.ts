import { describe, expect, it } from 'vitest';
import {
  type RenewalOutcome,
  recordRenewal,
  renewalCounts,
  renewalProblem,
  staleSignatures,
} from '../../../lib/domain/attestation/renewal.ts';
import { GOVERNANCE_RECORD, signaturesIn, signedBetween } from '../../../lib/domain/attestation/signature.ts';
import { recordApproved } from '../../../lib/domain/gate/promotion.ts';
import { recordStage } from '../../../lib/domain/gate/stages.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { type AuditEvent, EVENT_MAX_BYTES, type EventDraft } from '../../../lib/domain/ledger/event.ts';
import { KeyRotation } from '../../../lib/domain/records/key-rotation.ts';
import { at, digestOf, NOW } from '../../support/approval-case.ts';
import {
  anAttestation,
  approved,
  checks,
  draft,
  MODEL,
  pinnedDraft,
  policy,
  resulting,
  SIGNING_KEYS,
  validated,
  written,
} from '../../support/release-life.ts';

const rotation = KeyRotation.parse({
  entity: 'key_rotation',
  version: 1,
  rotationId: 'rotation-1',
  attempt: 1,
  status: 'requested',
  recordKeyId: 'record-2',
  attestationKeyId: 'attestation-2',
  initiatedBy: 'oscar',
  actorRole: 'operator',
  actorAuth: 'jwt',
  reason: 'a laptop was stolen',
  linkedIncident: 'INC-9',
  requestedAt: NOW,
  renewed: 0,
  refused: 0,
});
const LATER = at('2026-12-01T00:00:00.000Z');
const attestation = anAttestation('model_card');
const signed = { release: approved, attestations: [attestation] };
const eventOf = (draftOf: EventDraft, when = NOW): AuditEvent => sealEvent(draftOf, MODEL, GENESIS, when).event;
const record = { sha256: digestOf('record'), uri: 's3://evidence/records/record.dsse.json', keyId: 'record-key' };
const events = [
  eventOf(
    recordStage(pinnedDraft, { stage: 'model_card', checks: checks.slice(0, 1), attestation, outcomes: undefined })
      .event,
  ),
  eventOf(recordApproved(validated, { record, policy, approvals: [], now: NOW }).event, LATER),
];
const renewedTo = (name: string, keyId: string) => ({
  kind: 'renewed' as const,
  kept: { sha256: digestOf(name), uri: `s3://evidence/${name}`, keyId },
});

describe('the signatures of a release', () => {
  it('are stale where they are by former keys, each to be made by the key of its kind', () => {
    expect(staleSignatures(signed, rotation).map(({ of, keyId }) => [of, keyId])).toEqual([
      [GOVERNANCE_RECORD, 'record-2'],
      ['model_card', 'attestation-2'],
    ]);
  });

  it('are not, where they are by the keys that sign now, or where there is no record yet', () => {
    expect(staleSignatures(signed, { ...rotation, ...SIGNING_KEYS })).toEqual([]);
    expect(staleSignatures({ release: draft, attestations: [] }, rotation)).toEqual([]);
  });

  it('are signed again only if the ledger records them, digest by digest', () => {
    const [ofRecord, ofStage] = staleSignatures(signed, rotation);
    if (ofRecord === undefined || ofStage === undefined) throw new Error('both are stale');
    const planted = { ...ofRecord, kept: { ...ofRecord.kept, sha256: digestOf('planted') } };
    const elsewhere = { ...ofStage, of: 'security_review' };

    expect([ofRecord, ofStage].map((one) => renewalProblem(one, events))).toEqual([undefined, undefined]);
    expect(renewalProblem(planted, events)).toBe('it is not in the ledger');
    expect(renewalProblem(elsewhere, events)).toBe('it is not in the ledger');
  });
});

describe('signatures that were renewed', () => {
  const [ofRecord, ofStage] = staleSignatures(signed, rotation);
  if (ofRecord === undefined || ofStage === undefined) throw new Error('both are stale');
  const outcomes: RenewalOutcome[] = [
    { stale: ofRecord, ...renewedTo('record-again', 'record-2') },
    { stale: ofStage, ...renewedTo('stage-again', 'attestation-2') },
  ];

  it('stand where the former ones stood, with the reason on record', () => {
    const change = recordRenewal(signed, outcomes, rotation, LATER);

    expect(written(change)).toEqual(['replace release', 'replace attestation']);
    expect(resulting(change, 'release')).toMatchObject({
      recordSha256: digestOf('record-again'),
      recordUri: 's3://evidence/record-again',
      recordKeyId: 'record-2',
      state: 'approved',
      evidenceDigest: approved.evidenceDigest,
    });
    expect(resulting(change, 'attestation')).toMatchObject({ sha256: digestOf('stage-again'), signedAt: LATER });
    expect(change.event).toMatchObject({
      event_type: 'signatures_renewed',
      reason: 'a laptop was stolen',
      linked_incident: 'INC-9',
      details: {
        renewed: [
          { of: GOVERNANCE_RECORD, from_sha256: record.sha256, from_key_id: 'record-key', to_key_id: 'record-2' },
          { of: 'model_card', from_sha256: attestation.sha256, to_sha256: digestOf('stage-again') },
        ],
        refused: [],
      },
    });
    expect(renewalCounts(outcomes)).toEqual({ renewed: 2, refused: 0 });
  });

  it('leave what was refused as it is, and name it', () => {
    const refused: RenewalOutcome[] = [{ stale: ofRecord, kind: 'refused', problem: 'it is not in the ledger' }];

    const change = recordRenewal(signed, refused, rotation, LATER);

    expect(written(change)).toEqual(['expect release']);
    expect(change.intents).toEqual([]);
    expect(change.event.details).toMatchObject({ renewed: [], refused: [{ of: GOVERNANCE_RECORD }] });
    expect(renewalCounts(refused)).toEqual({ renewed: 0, refused: 1 });
  });

  it('fit into an event with the longest names there are', () => {
    const place = `s3://${'b'.repeat(63)}/${'n'.repeat(320)}.dsse.json`;
    const long = (keyId: string) => ({ sha256: digestOf('x'), uri: place, keyId });
    const key = `arn:aws:kms:eu-central-1:111122223333:key/${'k'.repeat(36)}`;
    const eight = Array.from(
      { length: 8 },
      (): RenewalOutcome => ({
        stale: { of: 'risk_classification', kept: long(key), keyId: key },
        kind: 'renewed',
        kept: long(key),
      }),
    );

    const { event } = recordRenewal(signed, eight, { ...rotation, reason: 'r'.repeat(1024) }, LATER);

    expect(sealEvent(event, MODEL, GENESIS, NOW).bytes.length).toBeLessThanOrEqual(EVENT_MAX_BYTES);
  });

  it('are in the ledger, the former ones too, with what replaced them', () => {
    const renewal = eventOf(recordRenewal(signed, outcomes, rotation, LATER).event, at('2026-12-02T00:00:00.000Z'));

    const signatures = signaturesIn([...events, renewal]);

    expect(signatures.map(({ of, sha256, key_id, renewed_as }) => [of, sha256, key_id, renewed_as])).toEqual([
      ['model_card', attestation.sha256, 'attestation-key', digestOf('stage-again')],
      [GOVERNANCE_RECORD, record.sha256, 'record-key', digestOf('record-again')],
      [GOVERNANCE_RECORD, digestOf('record-again'), 'record-2', ''],
      ['model_card', digestOf('stage-again'), 'attestation-2', ''],
    ]);
    expect(signatures.map(({ uri }) => uri)).toEqual([
      attestation.uri,
      record.uri,
      's3://evidence/record-again',
      's3://evidence/stage-again',
    ]);
    // And a second rotation knows the new ones.
    const again = { release: resulting(recordRenewal(signed, outcomes, rotation, LATER), 'release'), attestations: [] };
    const [stale] = staleSignatures(again, { ...rotation, recordKeyId: 'record-3' });
    expect(stale && renewalProblem(stale, [...events, renewal])).toBeUndefined();
  });

  it('are listed by when they were made, both ends of the window included', () => {
    const signatures = signaturesIn(events);

    expect(signedBetween(signatures, NOW, LATER)).toHaveLength(2);
    expect(signedBetween(signatures.toReversed(), NOW, LATER)).toEqual(signedBetween(signatures, NOW, LATER));
    expect(signedBetween(signatures, LATER, LATER).map(({ of }) => of)).toEqual([GOVERNANCE_RECORD]);
    expect(signedBetween(signatures, at('2026-12-01T00:00:00.001Z'), at('2027-01-01T00:00:00.000Z'))).toEqual([]);
  });
});
