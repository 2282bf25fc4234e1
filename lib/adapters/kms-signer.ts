/**
 * Signs with keys of KMS, and reads their public halves: each by itself, because a Lambda that only verifies has neither the
 * right to sign nor the code for it.
 */
import { createHash } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { Signer } from '../domain/signing/signer.ts';

const kms = new KMSClient({});

type Signs = Pick<Signer, 'keyId' | 'sign'>;
type Verifies = Pick<Signer, 'keyId' | 'publicKeyPem'>;

/** Signs with an ECC_NIST_P256 key in KMS. It sends the digest, because KMS takes messages of 4 KB at most. */
export const kmsSigner = (keyId: string, client = kms): Signs => ({
  keyId,
  sign: async (message) => {
    const { Signature } = await client.send(
      new SignCommand({
        KeyId: keyId,
        Message: createHash('sha256').update(message).digest(),
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    );
    if (Signature === undefined) throw new Error(`could not sign with ${keyId}: no signature`);
    return Signature;
  },
});

/** The public half of a key in KMS. It never changes: pages that verify signatures ask for it once for each container. */
export const kmsPublicKey = (keyId: string, client = kms): Verifies => ({
  keyId,
  publicKeyPem: once(() => publicKeyPem(keyId, client)),
});

const once = (read: () => Promise<string>): (() => Promise<string>) => {
  let found: Promise<string> | undefined;
  return () => {
    found ??= read().catch((cause: unknown) => {
      found = undefined;
      throw cause;
    });
    return found;
  };
};

/** Signs with an ECC_NIST_EDWARDS25519 key in KMS. Ed25519 hashes the message itself, so the whole message is sent. */
export const kmsLogSigner = (keyId: string): Signs => ({
  keyId,
  sign: async (message) => {
    const { Signature } = await kms.send(
      new SignCommand({ KeyId: keyId, Message: message, MessageType: 'RAW', SigningAlgorithm: 'ED25519_SHA_512' }),
    );
    if (Signature === undefined) throw new Error(`could not sign with ${keyId}: no signature`);
    return Signature;
  },
});

/** The public key of a KMS key as PEM. */
export const publicKeyPem = async (keyId: string, client = kms): Promise<string> => {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (PublicKey === undefined) throw new Error(`could not read the public key of ${keyId}`);
  const lines =
    Buffer.from(PublicKey)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n');
};
