import { createPublicKey, verify } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kmsLogSigner, kmsPublicKey, kmsSigner, publicKeyPem } from '../../lib/adapters/kms-signer.ts';
import { checkpointProblem, parseCheckpoint, signCheckpoint } from '../../lib/domain/ledger/checkpoint.ts';
import { envelopeBytes, signEnvelope, verifyEnvelope } from '../../lib/domain/signing/envelope.ts';
import { statementBytes } from '../../lib/domain/signing/statement.ts';
import { digestOf } from '../support/approval-case.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { mockClientInTest } from '../support/mock-client.ts';

let aws: Aws;
let recordKey: string;
let logKey: string;
beforeAll(async () => {
  aws = await startAws('kms');
  recordKey = await aws.makeKey('ECC_NIST_P256', 'SIGN_VERIFY');
  logKey = await aws.makeKey('ECC_NIST_EDWARDS25519', 'SIGN_VERIFY');
});
afterAll(() => aws.stop());

const message = Buffer.from('what is signed');
/** KMS takes messages of 4 KB at most; a record is larger. */
const longMessage = Buffer.alloc(100_000, 'a record');

describe('the signer of records', () => {
  it.each([
    ['a message', message],
    ['a message that KMS would not take', longMessage],
  ])('signs %s with ECDSA P-256 over SHA-256, in DER', async (_, bytes) => {
    const signer = kmsSigner(recordKey);
    const key = createPublicKey(await kmsPublicKey(recordKey).publicKeyPem());

    const signature = await signer.sign(bytes);

    expect(key.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(verify('sha256', bytes, { key, dsaEncoding: 'der' }, signature)).toBe(true);
    expect(verify('sha256', Buffer.from('something else'), key, signature)).toBe(false);
  });

  it('makes envelopes that verify with the public key alone', async () => {
    const signer = kmsSigner(recordKey);
    const statement = statementBytes({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'model', digest: { sha256: digestOf('model') } }],
      predicateType: 'https://example.com/test',
      predicate: { approved: true },
    });

    const envelope = await signEnvelope(statement, signer);

    expect(verifyEnvelope(envelope, await publicKeyPem(recordKey))).toHaveProperty('payload');
    expect(envelopeBytes(envelope).length).toBeGreaterThan(statement.length);
    expect(signer.keyId).toBe(recordKey);
  });
});

describe('the signer of the log', () => {
  it('signs with Ed25519: the same bytes have the same signature', async () => {
    const signer = kmsLogSigner(logKey);
    const key = createPublicKey(await kmsPublicKey(logKey).publicKeyPem());

    const [one, two] = [await signer.sign(message), await signer.sign(message)];

    expect(key.asymmetricKeyType).toBe('ed25519');
    expect(Buffer.from(one)).toEqual(Buffer.from(two));
    expect(verify(null, message, key, one)).toBe(true);
    expect(verify(null, Buffer.from('something else'), key, one)).toBe(false);
    expect(signer.keyId).toBe(logKey);
  });

  it('makes checkpoints that verify with the public key alone', async () => {
    const signer = { ...kmsLogSigner(logKey), ...kmsPublicKey(logKey) };

    const note = parseCheckpoint(
      await signCheckpoint({ origin: 'assay.dev/log/test', size: 3, root: digestOf('root') }, signer),
    );

    if ('problem' in note) throw new Error(note.problem);
    expect(checkpointProblem(note, await publicKeyPem(logKey))).toBeUndefined();
  });
});

describe('an empty answer of KMS', () => {
  it('is no signature and no key', async () => {
    const kms = mockClientInTest(KMSClient);
    kms.on(SignCommand).resolves({}).on(GetPublicKeyCommand).resolves({});

    await expect(kmsSigner('record').sign(message)).rejects.toThrow('could not sign with record: no signature');
    await expect(kmsLogSigner('log').sign(message)).rejects.toThrow('could not sign with log: no signature');
    await expect(publicKeyPem('log')).rejects.toThrow('could not read the public key of log');
  });
});
