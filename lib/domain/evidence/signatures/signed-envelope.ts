/** Who signed a DSSE envelope: a trusted key, or the key of a certificate that a trusted root vouches for. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import type { Instant } from '../../identifiers.ts';
import { preAuthenticationEncoding } from '../../signing/envelope.ts';
import { Base64Bytes } from '../documents/base64.ts';
import type { ForeignEnvelope } from '../documents/envelopes.ts';
import { isSignedBy, type TrustedKey } from './trusted-key.ts';
import { type TrustedRoot, verifyCertificates } from './trusted-root.ts';

export const IN_TOTO = 'application/vnd.in-toto+json';
const BUNDLE = /^application\/vnd\.dev\.sigstore\.bundle(\.v0\.3\+json|\+json;version=0\.[123])$/;

/** What a Sigstore bundle says of itself besides its envelope. */
export const BundleMaterial = z.object({
  mediaType: z.string().regex(BUNDLE, 'is not one of a Sigstore bundle'),
  verificationMaterial: z.object({
    certificate: z.unknown().optional(),
    x509CertificateChain: z.object({ certificates: z.array(z.object({ rawBytes: Base64Bytes })).min(1) }).optional(),
  }),
});

/** By what a bundle says that it was signed. A bare envelope says nothing, and a key is meant. */
export type SigningMaterial = 'key' | 'keyless' | { readonly certificates: readonly Uint8Array[] };

export const materialOf = ({ verificationMaterial }: z.infer<typeof BundleMaterial>): SigningMaterial => {
  const { certificate, x509CertificateChain: chain } = verificationMaterial;
  if (certificate !== undefined) return 'keyless';
  return chain === undefined ? 'key' : { certificates: chain.certificates.map(({ rawBytes }) => rawBytes) };
};

/** Whose signatures count, and when certificates must be valid. */
export type SignerTrust = {
  readonly keys: readonly TrustedKey[];
  readonly roots: readonly TrustedRoot[];
  readonly at: Instant;
};

export type EnvelopeSigner =
  | { readonly outcome: 'signed'; readonly key: string }
  /** By the key of a certificate of `subject`, for which a trusted root vouches. */
  | { readonly outcome: 'signed'; readonly root: string; readonly subject: string }
  | { readonly outcome: 'other_key' }
  | { readonly outcome: 'unusable'; readonly problem: string };

/** How the payload was made into the bytes that are signed. */
export type Encoding = (payload: Uint8Array) => Uint8Array;
const asInToto: Encoding = (payload) => preAuthenticationEncoding(IN_TOTO, payload);

/**
 * Establishes which trusted signer signed the payload as an in-toto statement. The method that a bundle names is the one
 * that it is verified by: another could be passed off as it.
 */
export const signerOf = (
  envelope: ForeignEnvelope,
  material: SigningMaterial,
  { keys, roots, at }: SignerTrust,
  encodings: readonly Encoding[] = [asInToto],
): EnvelopeSigner => {
  const isBy = (key: KeyObject) => isEnvelopeBy(key, envelope, encodings);
  if (material === 'keyless') {
    return { outcome: 'unusable', problem: 'it is signed keyless, and only keys and certificates are verified' };
  }
  if (material === 'key') {
    const key = keys.find(({ public_key_pem: pem }) => isBy(createPublicKey(pem)))?.name;
    return key === undefined ? { outcome: 'other_key' } : { outcome: 'signed', key };
  }
  const certified = verifyCertificates(material.certificates, roots, at);
  if ('problem' in certified) return { outcome: 'unusable', problem: certified.problem };
  const { root, subject, key } = certified;
  return isBy(key) ? { outcome: 'signed', root, subject } : { outcome: 'other_key' };
};

const isEnvelopeBy = (
  key: KeyObject,
  { payload, signatures }: ForeignEnvelope,
  encodings: readonly Encoding[],
): boolean =>
  encodings.some((encode) => {
    const signed = encode(payload);
    return signatures.some(({ sig }) => isSignedBy(key, signed, sig));
  });

/**
 * What model-signing signed before version 1.0: it formatted the payload as a Python bytes literal, `b'…'` with
 * escapes. Its current verifier still accepts that, and so must we. No other encoding begins with these capitals.
 */
const earlyEncoding: Encoding = (payload) => {
  const escaped = Buffer.from(payload)
    .toString('latin1')
    .replaceAll(/[\\']/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return Buffer.from(`DSSEV1 ${IN_TOTO.length} ${IN_TOTO} ${payload.length} b'${escaped}'`, 'latin1');
};

/** Of the versions of model-signing. */
export const MODEL_SIGNING_ENCODINGS: readonly Encoding[] = [asInToto, earlyEncoding];
