/** Keys that sign decisions in tests: the one that signs now, and any other. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { stateDecision } from '../../lib/domain/approval/signed-decisions.ts';
import type { Approval } from '../../lib/domain/records/approval.ts';
import { decisionStatement, type StatedDecision } from '../../lib/domain/records/decision.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { type Envelope, preAuthenticationEncoding } from '../../lib/domain/signing/envelope.ts';
import type { Signer } from '../../lib/domain/signing/signer.ts';
import { type Statement, statementBytes } from '../../lib/domain/signing/statement.ts';

export type TestKey = {
  readonly pem: string;
  readonly signer: Signer;
  readonly seal: (statement: Statement) => Envelope;
  readonly sealBytes: (payload: Uint8Array) => Envelope;
};

export const makeKey = (keyId: string): TestKey => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const signNow = (message: Uint8Array) => sign('sha256', message, privateKey);
  const payloadType = 'application/vnd.in-toto+json';
  const sealBytes = (payload: Uint8Array): Envelope => {
    const sig = signNow(preAuthenticationEncoding(payloadType, payload)).toString('base64');
    return { payload: Buffer.from(payload).toString('base64'), payloadType, signatures: [{ keyid: '', sig }] };
  };
  return {
    pem,
    signer: { keyId, sign: async (message) => signNow(message), publicKeyPem: async () => pem },
    seal: (statement) => sealBytes(statementBytes(statement)),
    sealBytes,
  };
};

export const DECISION_KEY = makeKey('decision-key');
export const OTHER_KEY = makeKey('other-key');

export const sealDecision = (stated: StatedDecision, key = DECISION_KEY): Envelope =>
  key.seal(decisionStatement(stated));

/** The approval, signed as it is: about this release. */
export const signedApproval = (approval: Approval, release: Release, key = DECISION_KEY): Approval => ({
  ...approval,
  signed: { keyId: key.signer.keyId, envelope: sealDecision(stateDecision(approval, release), key) },
});
