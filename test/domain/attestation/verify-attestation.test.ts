import { describe, expect, it } from 'vitest';
import { attestationReport } from '../../../lib/domain/attestation/attestation-of-release.ts';
import { attestationsNamedIn } from '../../../lib/domain/attestation/signature.ts';
import { testResult } from '../../../lib/domain/attestation/test-result.ts';
import {
  eventOfSignature,
  isAttestation,
  verifyAttestation,
} from '../../../lib/domain/attestation/verify-attestation.ts';
import type { AuditEvent } from '../../../lib/domain/ledger/event.ts';
import { APPROVAL_RENEWAL, renewalStatement } from '../../../lib/domain/records/approval-renewal.ts';
import { attestationFolder } from '../../../lib/domain/records/attestation.ts';
import { envelopeBytes } from '../../../lib/domain/signing/envelope.ts';
import type { Statement } from '../../../lib/domain/signing/statement.ts';
import { daysBefore, serving } from '../../support/a-renewal.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { makeKey, OTHER_KEY } from '../../support/decision-key.ts';
import { checks, pinnedDraft } from '../../support/release-life.ts';

const KEY = makeKey('attestation-key');
const stage = 'model_card' as const;
const found = checks.filter((check) => check.stage === stage);
const [first] = found;
if (first === undefined) throw new Error('a stage has checks');
const statement = testResult({
  release: pinnedDraft,
  stage,
  checks: [{ ...first, status: 'failed' }, ...found.slice(1)],
  policy: {},
  now: NOW,
});
const bytesOf = (said: Statement, key = KEY) => envelopeBytes(key.seal(said));
const verified = (bytes: Uint8Array, artifactSha256?: ReturnType<typeof digestOf>) =>
  verifyAttestation(bytes, { attestationKeyPem: KEY.pem, artifactSha256 });
const artifact = pinnedDraft.pinned?.artifactSha256;

describe('an attestation by its file alone (SG-2)', () => {
  it('holds, and says what the stage found of which bytes: also that it failed', () => {
    expect(isAttestation(bytesOf(statement))).toBe(true);
    expect(verified(bytesOf(statement), artifact)).toEqual({
      attestation: {
        ...{ release_id: pinnedDraft.releaseId, stage, result: 'FAILED', timestamp: NOW },
        ...{ name: pinnedDraft.manifest.artifact_uri, sha256: artifact },
        ...{ passed: expect.any(Array), warned: [], failed: [first.name] },
      },
      problems: [],
    });
    expect(verified(bytesOf(statement)).problems).toEqual([]);
  });

  it.each<[string, Uint8Array, string]>([
    ['no JSON', Buffer.from('{'), 'it is no DSSE envelope'],
    ['another key', bytesOf(statement, OTHER_KEY), 'no signature is by this key'],
    ['no statement', envelopeBytes(KEY.sealBytes(Buffer.from('[]'))), 'no attestation of a stage: undefined'],
    ['another type', bytesOf({ ...statement, predicateType: 'https://a/b' }), 'no attestation of a stage: https://a/b'],
    ['another form', bytesOf({ ...statement, predicate: {} }), 'does not know an attestation of this form'],
    [
      'two subjects',
      bytesOf({ ...statement, subject: [...statement.subject, ...statement.subject] }),
      'does not know an attestation of this form',
    ],
  ])('does not hold with %s', (_, bytes, problem) => {
    expect(verified(bytes)).toEqual({ attestation: undefined, problems: [expect.stringContaining(problem)] });
  });

  it('does not hold for other bytes', () => {
    expect(verified(bytesOf(statement), digestOf('another')).problems).toEqual([
      expect.stringContaining('it is about an artifact that hashes to'),
    ]);
  });

  it('is told from other files', () => {
    expect(isAttestation(Buffer.from('nothing'))).toBe(false);
    expect(isAttestation(envelopeBytes(KEY.sealBytes(Buffer.from('[]'))))).toBe(false);
    expect(isAttestation(bytesOf({ ...statement, predicateType: 'https://a/b' }))).toBe(false);
  });
});

describe('an attestation of a release', () => {
  const sha256 = digestOf('an envelope');
  const report = (said: Statement, of = stage as string, changes: object = {}) =>
    attestationReport({
      release: pinnedDraft,
      kept: {
        stage: of,
        sha256,
        uri: `s3://evidence/${attestationFolder(pinnedDraft, of)}/${sha256}.dsse.json`,
        bytes: bytesOf(said),
        ...changes,
      },
      checks,
      attestationKeyPem: KEY.pem,
    });
  const sound = testResult({ release: pinnedDraft, stage, checks: found, policy: {}, now: NOW });

  it('holds where the table says of each check what the stage signed', () => {
    expect(report(sound)).toMatchObject({ attestation: { stage }, problems: [] });
    expect(report(statement).problems).toEqual(['the stored checks are not what the stage signed']);
  });

  it('does not hold from a folder where its stage keeps none, or unsigned', () => {
    expect(report(sound, stage, { uri: 's3://evidence/elsewhere' }).problems).toEqual([
      expect.stringContaining('where model_card keeps none'),
    ]);
    expect(report(sound, stage, { bytes: bytesOf(sound, OTHER_KEY) }).problems).toHaveLength(1);
  });

  it('is of a renewed approval the proof of that, of this release alone', () => {
    const renewal = (changes: object = {}): Statement => {
      const said = renewalStatement({
        release: serving,
        compared: [{ input: 'policy', value: serving.policySha256 }],
        approvedUntil: daysBefore(-80),
        now: daysBefore(10),
      });
      return { ...said, predicate: { ...said.predicate, ...changes } };
    };
    const kept = (bytes: Uint8Array) => ({
      stage: APPROVAL_RENEWAL,
      sha256,
      uri: `s3://evidence/${attestationFolder(serving, APPROVAL_RENEWAL)}/${sha256}.dsse.json`,
      bytes,
    });
    const of = (bytes: Uint8Array, release = serving) =>
      attestationReport({ release, kept: kept(bytes), checks, attestationKeyPem: KEY.pem }).problems;

    expect(of(bytesOf(renewal()))).toEqual([]);
    expect(of(bytesOf(renewal({ release_id: 'another' })))).toEqual(['it is about another release']);
    const { pinned: _, ...unpinned } = serving;
    expect(of(bytesOf(renewal()), unpinned as typeof serving)).toEqual(['it is about another release']);
    expect(of(Buffer.from('{'))).toEqual(['its signature is no envelope']);
  });
});

describe('the event that knows a signature', () => {
  const sha256 = digestOf('an envelope');
  const event = (event_type: string, details: object) =>
    ({
      event_type,
      details,
      evidence_refs: [],
      release_id: 'r-1',
      timestamp: NOW,
      subject: {},
    }) as unknown as AuditEvent;

  it('is that of its stage, or of its renewal by a new key, or none', () => {
    const made = event('stage_evaluated', { stage, attestation_sha256: sha256, key_id: 'k' });
    const renewed = event('signatures_renewed', {
      renewed: [
        {
          ...{ of: stage, from_sha256: digestOf('former'), from_key_id: 'k' },
          ...{ to_sha256: sha256, to_uri: 's3://e/x', to_key_id: 'l' },
        },
      ],
    });

    expect(eventOfSignature(sha256, [made])).toBe(made);
    expect(eventOfSignature(sha256, [renewed])).toBe(renewed);
    expect(eventOfSignature(digestOf('another'), [made, renewed])).toBeUndefined();
  });

  it('names the attestations that have to be there: of each stage the newest, and no decision or record', () => {
    const evaluated = (of: string, digest: string) =>
      event('stage_evaluated', { stage: of, attestation_sha256: digestOf(digest), key_id: 'k' });
    const renewed = (of: string, from: string, to: string) => ({
      ...{ of, from_sha256: digestOf(from), from_key_id: 'k' },
      ...{ to_sha256: digestOf(to), to_uri: 's3://e/x', to_key_id: 'l' },
    });
    const events = [
      evaluated(stage, 'one'),
      evaluated('security_review', 'two'),
      {
        ...event('release_approved', { key_id: 'k' }),
        subject: { record_sha256: digestOf('record') },
      } as unknown as AuditEvent,
      event('approval_granted', { key_id: 'k', envelope: KEY.sealBytes(Buffer.from('a decision')) }),
      event('signatures_renewed', {
        renewed: [renewed(stage, 'one', 'three'), renewed('governance_record', 'record', 'record again')],
      }),
    ];

    expect(attestationsNamedIn(events).map(({ of, sha256: digest }) => [of, digest])).toEqual([
      [stage, digestOf('three')],
      ['security_review', digestOf('two')],
    ]);
  });
});
