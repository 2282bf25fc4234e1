import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renewalStatement, renewedUntil } from '../../../lib/domain/records/approval-renewal.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import type { Statement } from '../../../lib/domain/signing/statement.ts';
import { daysBefore, proofOf, RENEWAL_KEY, serving } from '../../support/a-renewal.ts';
import { digestOf } from '../../support/approval-case.ts';
import { OTHER_KEY } from '../../support/decision-key.ts';

const UNTIL = daysBefore(-80);
const statement = renewalStatement({
  release: serving,
  compared: [{ input: 'policy', value: serving.policySha256 }],
  approvedUntil: UNTIL,
  now: daysBefore(10),
});
const saying = (changes: object): Statement => ({ ...statement, predicate: { ...statement.predicate, ...changes } });
const endOf = (said: object, release: Release = serving, days = 90, key = RENEWAL_KEY) =>
  renewedUntil(
    release,
    { ...proofOf(key.sealBytes(Buffer.from(JSON.stringify(said)))), publicKeyPem: RENEWAL_KEY.pem },
    days,
  );

describe('the proof of a renewal (EX-2)', () => {
  it('says until when an approval lasts', () => {
    expect(endOf(statement)).toBe(UNTIL);
  });

  it('is what the format says', () => {
    const vector = JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/approval-renewal.json'), 'utf8'));
    const { evidence_digest: evidenceDigest, policy_sha256: policySha256 } = vector.predicate;

    expect(endOf(vector, { ...serving, evidenceDigest, policySha256 })).toBe('2027-05-10T09:00:00.000Z');
  });

  it('lasts no longer than the policy lets an approval last', () => {
    expect(endOf(statement, serving, 30)).toBe(daysBefore(-20));
  });

  it('lasts no longer than it says', () => {
    expect(endOf(saying({ approved_until: daysBefore(-10) }))).toBe(daysBefore(-10));
  });

  it.each<[string, object]>([
    ['of another kind', { ...statement, predicateType: 'https://in-toto.io/attestation/test-result/v0.1' }],
    ['that is no statement', { said: 'yes' }],
    ['that says not what it compared', saying({ compared: [] })],
    ['of another release', saying({ release_id: 'other' })],
    ['of other evidence', saying({ evidence_digest: digestOf('other') })],
    ['under another policy', saying({ policy_sha256: digestOf('other') })],
    ['of other bytes', { ...statement, subject: [{ name: 'm', digest: { sha256: digestOf('other') } }] }],
    ['of two artifacts', { ...statement, subject: [...statement.subject, ...statement.subject] }],
    ['that came after the end', saying({ renewed_at: daysBefore(0) })],
  ])('is none if it is one %s', (_, said) => {
    expect(endOf(said)).toBeUndefined();
  });

  it('is none if another key signed it, or if it lies where a stage may write', () => {
    const envelope = RENEWAL_KEY.seal(statement);
    const elsewhere = proofOf(envelope, serving, 'custom_checks');

    expect(endOf(statement, serving, 90, OTHER_KEY)).toBeUndefined();
    expect(renewedUntil(serving, { ...elsewhere, publicKeyPem: RENEWAL_KEY.pem }, 90)).toBeUndefined();
  });
});
