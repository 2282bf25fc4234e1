/** Sigstore's own verifier on what we sign, as a bundle v0.3 with a public key. */
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, Verifier } from '@sigstore/verify';
import { describe, expect, it } from 'vitest';
import { governanceRecord } from '../../../lib/domain/attestation/record.ts';
import { testResult } from '../../../lib/domain/attestation/test-result.ts';
import { decisionStatement } from '../../../lib/domain/records/decision.ts';
import { type Envelope, signEnvelope } from '../../../lib/domain/signing/envelope.ts';
import { statementBytes } from '../../../lib/domain/signing/statement.ts';
import { NOW } from '../../support/approval-case.ts';
import { checks, pinnedDraft } from '../../support/release-life.ts';
import { STATED } from '../records/stated-decision.ts';
import { recordFacts } from './record-facts.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey;
const signer = { sign: async (message: Uint8Array) => sign('sha256', message, privateKey) };

const verifyBySigstore = (envelope: Envelope, key = publicKey) => {
  const bundle = bundleFromJSON({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: '' }, tlogEntries: [] },
    dsseEnvelope: envelope,
  });
  const trusted = { publicKey: createPublicKey(key.export({ type: 'spki', format: 'pem' })), validFor: () => true };
  const none = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
  // The bundle has no entry of a Sigstore log: what we sign is in our own ledger.
  const thresholds = { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 };
  return new Verifier({ ...none, publicKey: () => trusted }, thresholds).verify(toSignedEntity(bundle));
};

const found = checks.filter(({ stage }) => stage === 'model_card');
describe.each([
  ['a governance record', governanceRecord(recordFacts)],
  [
    'the attestation of a stage',
    testResult({ release: pinnedDraft, stage: 'model_card', checks: found, policy: {}, now: NOW }),
  ],
  ['a decision', decisionStatement(STATED)],
])('%s (SG-2)', (_, statement) => {
  it('verifies by a stock verifier with the published key, and with no other', async () => {
    const envelope = await signEnvelope(statementBytes(statement), signer);

    expect(() => verifyBySigstore(envelope)).not.toThrow();
    expect(() => verifyBySigstore(envelope, other)).toThrow('signature');
  });

  it('does not verify by it with one character changed', async () => {
    const envelope = await signEnvelope(statementBytes(statement), signer);
    const payload = Buffer.from(envelope.payload, 'base64').toString().replace('a', 'b');
    const changed = { ...envelope, payload: Buffer.from(payload).toString('base64') };

    expect(() => verifyBySigstore(changed)).toThrow('signature');
  });
});
