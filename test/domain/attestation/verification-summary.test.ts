import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  isVerificationSummary,
  VERIFICATION_SUMMARY_TYPE,
  verificationSummary,
  verifySummary,
} from '../../../lib/domain/attestation/verification-summary.ts';
import { Instant, Sha256 } from '../../../lib/domain/identifiers.ts';
import { envelopeBytes } from '../../../lib/domain/signing/envelope.ts';
import type { Statement } from '../../../lib/domain/signing/statement.ts';
import { makeKey, OTHER_KEY } from '../../support/decision-key.ts';
import { DENIED, SUMMARISED } from './summarised.ts';

const KEY = makeKey('attestation-key');
const allowed = verificationSummary(SUMMARISED);
const bytesOf = (statement: Statement) => envelopeBytes(KEY.seal(statement));
const verify = (bytes: Uint8Array, more: object = {}) => verifySummary(bytes, { attestationKeyPem: KEY.pem, ...more });
const problemsOf = (bytes: Uint8Array, more: object = {}) => verify(bytes, more).problems;
const withPredicate = (changes: object) => bytesOf({ ...allowed, predicate: { ...allowed.predicate, ...changes } });
const vector = (name: string) => readFileSync(new URL(`../../vectors/verification-summary/${name}`, import.meta.url));
const CONTRADICTION = 'it says both that the gate allows the release and that it does not';

describe('the verification summary of the gate (GT-2, GT-4)', () => {
  it('is a SLSA verification summary about the bytes that were asked about', () => {
    expect(allowed).toMatchObject({
      predicateType: VERIFICATION_SUMMARY_TYPE,
      subject: [{ name: SUMMARISED.subject.name, digest: { sha256: SUMMARISED.subject.sha256 } }],
      predicate: {
        resourceUri: 'assay:credit@1.0.0',
        timeVerified: SUMMARISED.now,
        policy: { digest: { sha256: SUMMARISED.policySha256 } },
        verificationResult: 'PASSED',
        verifiedLevels: ['ASSAY_GATE_ALLOWED'],
      },
    });
  });

  it('says of a denial that it failed, with every reason', () => {
    expect(verificationSummary(DENIED).predicate).toMatchObject({
      verificationResult: 'FAILED',
      verifiedLevels: ['FAILED'],
      'https://assay.dev/gate/v1': { decision: 'deny', reasons: DENIED.answer.reasons },
    });
  });

  it('proves by itself that the gate allowed these bytes', () => {
    const { summary, problems } = verify(bytesOf(allowed), { artifactSha256: SUMMARISED.subject.sha256 });

    expect(problems).toEqual([]);
    expect(summary).toMatchObject({ ...SUMMARISED.answer, ...SUMMARISED.subject, time_verified: SUMMARISED.now });
  });

  it('proves nothing as a denial, whose reasons it shows all the same', () => {
    const report = verify(bytesOf(verificationSummary(DENIED)));

    expect(report).toMatchObject({ problems: ['the gate denied the release'], summary: { decision: 'deny' } });
    expect(report.summary?.reasons).toEqual(DENIED.answer.reasons);
  });

  it('proves nothing about other bytes, and nothing that is older than asked', () => {
    const other = Sha256.parse('f'.repeat(64));
    const { sha256 } = SUMMARISED.subject;

    expect(problemsOf(bytesOf(allowed), { artifactSha256: other })).toEqual([
      `it is about an artifact that hashes to ${sha256}, and this one hashes to ${other}`,
    ]);
    expect(problemsOf(bytesOf(allowed), { notBefore: Instant.parse('2026-11-29T15:04:05.679Z') })).toHaveLength(1);
    expect(problemsOf(bytesOf(allowed), { notBefore: SUMMARISED.now })).toEqual([]);
  });

  it.each([
    ['passes with the level of a failure', { verifiedLevels: ['FAILED'] }],
    ['passes with two levels', { verifiedLevels: ['ASSAY_GATE_ALLOWED', 'FAILED'] }],
    ['passes with reasons', { 'https://assay.dev/gate/v1': { ...SUMMARISED.answer, reasons: DENIED.answer.reasons } }],
    ['passes what was denied', { 'https://assay.dev/gate/v1': { ...SUMMARISED.answer, decision: 'deny' } }],
  ])('proves nothing where it contradicts itself: it %s', (_, changes) => {
    expect(problemsOf(withPredicate(changes))).toEqual([CONTRADICTION]);
  });

  it.each<[string, Uint8Array, string]>([
    ['no JSON', Buffer.from('{'), 'it is no DSSE envelope'],
    ['no envelope', Buffer.from('{}'), 'it is no DSSE envelope'],
    ['signed by another key', envelopeBytes(OTHER_KEY.seal(allowed)), 'no signature is by this key over this payload'],
    [
      'what a stage signed',
      bytesOf({ ...allowed, predicateType: 'https://in-toto.io/attestation/test-result/v0.1' }),
      'what is signed is no verification summary',
    ],
    ['no statement', envelopeBytes(KEY.sealBytes(Buffer.from('[]'))), 'what is signed is no verification summary'],
    [
      'the summary of another verifier',
      withPredicate({ verifier: { id: 'https://example.com' } }),
      'it is no verification summary of the gate',
    ],
    [
      'about two artifacts',
      bytesOf({ ...allowed, subject: [...allowed.subject, ...allowed.subject] }),
      'it is no verification summary of the gate',
    ],
  ])('is not believed if it is %s', (_, bytes, problem) => {
    expect(verify(bytes)).toEqual({ summary: undefined, problems: [problem] });
  });

  it('is told from other envelopes before anybody verifies it', () => {
    expect(isVerificationSummary(bytesOf(allowed))).toBe(true);
    expect(
      isVerificationSummary(bytesOf({ ...allowed, predicateType: 'https://assay.dev/governance-record/v1' })),
    ).toBe(false);
    expect(isVerificationSummary(Buffer.from('no JSON'))).toBe(false);
    expect(isVerificationSummary(envelopeBytes(KEY.sealBytes(Buffer.from('no JSON'))))).toBe(false);
  });

  it('is read for ever as it was written', () => {
    const attestationKeyPem = vector('attestation.pub').toString();

    expect(verifySummary(vector('allow.dsse'), { attestationKeyPem })).toMatchObject({
      problems: [],
      summary: SUMMARISED.answer,
    });
    expect(verifySummary(vector('deny.dsse'), { attestationKeyPem })).toMatchObject({
      problems: ['the gate denied the release'],
      summary: DENIED.answer,
    });
    const payloadOf = (name: string) => Buffer.from(JSON.parse(vector(name).toString()).payload, 'base64').toString();
    expect(JSON.parse(payloadOf('allow.dsse'))).toEqual(allowed);
    expect(JSON.parse(payloadOf('deny.dsse'))).toEqual(verificationSummary(DENIED));
  });
});
