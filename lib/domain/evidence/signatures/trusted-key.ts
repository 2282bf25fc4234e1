/** Public keys that a policy trusts, and the ways in which tools sign with them. */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';

/** A key that the policy trusts, with a name that people know it by. */
export const TrustedKey = z.strictObject({
  name: z.string().min(1).max(64),
  public_key_pem: z
    .string()
    .max(4096)
    .refine((pem) => keyOf(pem) !== undefined, 'must be a public key in PEM: EC P-256, P-384, P-521, RSA or Ed25519'),
});
export type TrustedKey = z.infer<typeof TrustedKey>;

const keyOf = (pem: string): KeyObject | undefined => {
  try {
    const key = createPublicKey(pem);
    return pem.includes('PRIVATE') || pem.includes('CERTIFICATE') || !isSupported(key) ? undefined : key;
  } catch {
    return undefined;
  }
};

/** Only keys on elliptic curves have a named one. */
export const isSupported = ({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean =>
  type === 'rsa' ||
  type === 'ed25519' ||
  ['prime256v1', 'secp384r1', 'secp521r1'].includes(String(details?.namedCurve));

/**
 * Establishes that the holder of a key signed a message. model-signing paired a curve with its hash from 1.0 on; 0.2
 * always took SHA-256.
 */
export const isSignedBy = (key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean =>
  (hashOf(key) === null ? [null] : hashesOf(key)).some((hash) =>
    paddingsOf(key).some((padding) => verify(hash, message, { key, ...padding }, signature)),
  );

/**
 * The hashes that tools sign a file with: SHA-256, or the hash that matches the size of the curve. Ed25519 takes no
 * hash.
 */
export const hashesOf = (key: KeyObject): string[] => {
  const paired = hashOf(key);
  return paired === null ? [] : [...new Set(['sha256', paired])];
};

/** RSA has two paddings: PKCS #1 v1.5, which openssl and cosign use, and PSS, which KMS offers too. */
export const paddingsOf = ({ asymmetricKeyType: type }: KeyObject): { padding?: number }[] =>
  type === 'rsa' ? [{ padding: constants.RSA_PKCS1_PADDING }, { padding: constants.RSA_PKCS1_PSS_PADDING }] : [{}];

/** The hash that goes with a key, as Sigstore pairs them. */
const hashOf = (key: KeyObject): string | null => {
  if (key.asymmetricKeyType === 'ed25519') return null;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return { secp384r1: 'sha384', secp521r1: 'sha512' }[curve ?? ''] ?? 'sha256';
};
