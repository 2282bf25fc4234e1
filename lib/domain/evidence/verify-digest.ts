/**
 * Signatures over a message of which only the SHA-256 is at hand: an artifact may have a hundred gigabytes, and was hashed
 * when it was pinned. Node verifies whole messages only; of the curves, a library does the arithmetic.
 */
import { constants, type KeyObject, publicDecrypt } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import type { Sha256 } from '../identifiers.ts';

const CURVES = { prime256v1: p256, secp384r1: p384 } as const;

/** DER of the AlgorithmIdentifier and the header of the digest that PKCS #1 v1.5 puts before a SHA-256 (RFC 8017, 9.2). */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/**
 * Establishes that the holder of the key signed the message of this digest, by ECDSA (P-256, P-384) or RSA (PKCS #1 v1.5),
 * both over SHA-256. Ed25519 signs no digest, so such a key never matches.
 */
export const verifyDigest = (key: KeyObject, sha256: Sha256, signature: Uint8Array): boolean => {
  const digest = Buffer.from(sha256, 'hex');
  if (key.asymmetricKeyType === 'rsa') return isRsaSignature(key, digest, signature);
  const curve = CURVES[key.asymmetricKeyDetails?.namedCurve as keyof typeof CURVES]; // undefined for any other curve
  if (curve === undefined) return false;
  try {
    // OpenSSL and KMS do not care for the lower of the two values of s, so neither may this.
    return curve.verify(signature, digest, pointOf(key), { prehash: false, lowS: false, format: 'der' });
  } catch {
    // What is no DER, or no number of the curve, is no signature.
    return false;
  }
};

const isRsaSignature = (key: KeyObject, digest: Buffer, signature: Uint8Array): boolean => {
  try {
    const encoded = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return encoded.equals(Buffer.concat([SHA256_DIGEST_INFO, digest]));
  } catch {
    return false;
  }
};

/** The uncompressed point of a public key (SEC 1, 2.3.3). */
const pointOf = (key: KeyObject): Uint8Array => {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
};
