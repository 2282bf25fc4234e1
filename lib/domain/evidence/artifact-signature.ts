/** A signature over a model artifact, in the formats that signing tools write, and whether a trusted key made it. */
import { createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { type Instant, Sha256 } from '../identifiers.ts';
import { Refusal } from '../refusal.ts';
import { preAuthenticationEncoding } from '../signing/envelope.ts';
import { Base64Bytes, isBase64 } from './documents/base64.ts';
import { parseDocument, readShape, refuseDocument } from './documents/document.ts';
import { type ForeignEnvelope, readEnvelope } from './documents/envelopes.ts';
import { compareFiles, type FileDifferences } from './signatures/compare-files.ts';
import { type SignedFiles, signedFilesIn } from './signatures/signed-files.ts';
import { hashesOf, isSignedBy, paddingsOf, type TrustedKey } from './signatures/trusted-key.ts';
import { type TrustedRoot, verifyCertificates } from './signatures/trusted-root.ts';

/** Large enough for an OpenSSF signature of a model with many files, which has a line for each. */
export const ARTIFACT_SIGNATURE_MAX_BYTES = 1_048_576;

/** What the signature file holds: a signature over the artifact itself, or one over a statement about it. */
export type ArtifactSignature =
  | { readonly kind: 'detached'; readonly signature: Uint8Array; readonly signedSha256?: Sha256 }
  | { readonly kind: 'statement'; readonly envelope: ForeignEnvelope; readonly material: SigningMaterial };

/** By what a bundle says that it was signed. A bare envelope says nothing, and a key is meant. */
type SigningMaterial = 'key' | 'keyless' | { readonly certificates: readonly Uint8Array[] };

const NAME = 'artifact signature';
/** Each signature is tried with each key over the whole payload, so ten thousand of them would take minutes. */
const SIGNATURES_MAX = 16;
const IN_TOTO = 'application/vnd.in-toto+json';
const BUNDLE = /^application\/vnd\.dev\.sigstore\.bundle(\.v0\.3\+json|\+json;version=0\.[123])$/;

const MessageBundle = z.object({
  messageSignature: z.object({
    messageDigest: z.object({ algorithm: z.string(), digest: Base64Bytes }).optional(),
    signature: Base64Bytes,
  }),
});
/** The format that cosign wrote before Sigstore bundles. */
const EarlyBundle = z.object({ base64Signature: Base64Bytes });

/**
 * Establishes that bytes are a signature: a Sigstore bundle (OpenSSF model signing, or cosign), a DSSE envelope, or
 * what `cosign sign-blob`, `openssl dgst -sign` and KMS produce, which is DER, in base64 or raw.
 */
export const parseArtifactSignature = (bytes: Uint8Array): ArtifactSignature => {
  if (isDer(bytes)) return { kind: 'detached', signature: bytes };
  const text = Buffer.from(bytes).toString('latin1').trim();
  if (text.length >= 64 && text.length <= 2048 && isBase64(text)) {
    return { kind: 'detached', signature: Buffer.from(text, 'base64') };
  }
  if (!text.startsWith('{')) throw unknownShape();
  return readBundle(parseDocument(bytes, ARTIFACT_SIGNATURE_MAX_BYTES));
};

/**
 * The format is recognised by its key first, so that the message names the fault within it instead of other formats.
 */
const readBundle = (bundle: unknown): ArtifactSignature => {
  const has = (key: string) => Object.hasOwn(Object(bundle), key);
  if (has('dsseEnvelope') || has('payload')) {
    const envelope = readEnvelope(bundle, NAME);
    if (envelope.signatures.length === 0) {
      return refuseDocument(NAME, [{ field: 'signatures', problem: 'is missing or empty' }]);
    }
    return { kind: 'statement', envelope, material: has('dsseEnvelope') ? materialOf(bundle) : 'key' };
  }
  if (has('base64Signature')) {
    return { kind: 'detached', signature: readShape(EarlyBundle, bundle, NAME).base64Signature };
  }
  if (!has('messageSignature')) throw unknownShape();
  const { messageDigest, signature } = readShape(MessageBundle, bundle, NAME).messageSignature;
  const signed = messageDigest?.algorithm === 'SHA2_256' ? messageDigest.digest : undefined;
  return {
    kind: 'detached',
    signature,
    ...(signed === undefined
      ? {}
      : {
          signedSha256: readShape(Sha256, signed.toString('hex'), 'messageDigest of the artifact signature'),
        }),
  };
};

const StatementBundle = z.object({
  mediaType: z.string().regex(BUNDLE, 'is not one of a Sigstore bundle'),
  verificationMaterial: z.object({
    certificate: z.unknown().optional(),
    x509CertificateChain: z.object({ certificates: z.array(z.object({ rawBytes: Base64Bytes })).min(1) }).optional(),
  }),
});

const materialOf = (bundle: unknown): SigningMaterial => {
  const { certificate, x509CertificateChain: chain } = readShape(StatementBundle, bundle, NAME).verificationMaterial;
  if (certificate !== undefined) return 'keyless';
  return chain === undefined ? 'key' : { certificates: chain.certificates.map(({ rawBytes }) => rawBytes) };
};

/**
 * An ECDSA signature is a SEQUENCE that fills the file. Its length takes one byte or, for the largest curve, two. An
 * RSA signature is as long as its modulus, and is not text.
 */
const isDer = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0x30 && bytes[1] === bytes.length - 2) ||
  (bytes[0] === 0x30 && bytes[1] === 0x81 && bytes[2] === bytes.length - 3) ||
  (bytes.length >= 256 && bytes.length <= 1024 && bytes.some((byte) => byte > 0x7e));

const unknownShape = (): Refusal => {
  const problem = 'is not a Sigstore bundle, a DSSE envelope, or a signature in base64 or DER';
  return new Refusal('EvidenceUnreadable', `could not read the ${NAME}: it ${problem}`, [
    { field: 'document', problem },
  ]);
};

export type SignatureFinding =
  | { readonly outcome: 'signed'; readonly key: string }
  /** By the key of a certificate of `subject`, for which a trusted root vouches. */
  | { readonly outcome: 'signed'; readonly root: string; readonly subject: string }
  | { readonly outcome: 'no_trusted_key' }
  /** No trusted key made it over this artifact. Whether the key or the artifact is a different one cannot be told. */
  | { readonly outcome: 'not_verified' }
  | { readonly outcome: 'other_key' }
  | { readonly outcome: 'other_artifact'; readonly signed: readonly string[] }
  /** The artifact is an archive, and its files are not exactly those that are signed. */
  | { readonly outcome: 'other_files'; readonly differences: FileDifferences }
  | { readonly outcome: 'unusable'; readonly problem: string };

/** An artifact by its digest, and its bytes for a signature that covers the bytes themselves. */
export type SignedArtifact = {
  readonly sha256: Sha256;
  readonly bytes: () => Promise<AsyncIterable<Uint8Array>>;
};

/** Whose signatures a policy accepts, and what it lets an archive have beside the files that are signed. */
export type SignatureTrust = {
  readonly keys: readonly TrustedKey[];
  readonly roots: readonly TrustedRoot[];
  readonly allowedUnsigned: readonly string[];
  /** When certificates must be valid. */
  readonly at: Instant;
};

/**
 * Establishes which trusted signer signed exactly these bytes, or why none did. A statement names its files by their
 * digests; for a detached signature the artifact is streamed, with bounded memory whatever its size.
 */
export const verifyArtifactSignature = async (
  signature: ArtifactSignature,
  artifact: SignedArtifact,
  trust: SignatureTrust,
): Promise<SignatureFinding> => {
  if (trust.keys.length + trust.roots.length === 0) return { outcome: 'no_trusted_key' };
  return signature.kind === 'statement'
    ? verifyStatement(signature, artifact, trust)
    : verifyDetached(signature, artifact, trust.keys);
};

const verifyDetached = async (
  { signature, signedSha256 }: ArtifactSignature & { kind: 'detached' },
  { sha256, bytes }: SignedArtifact,
  keys: readonly TrustedKey[],
): Promise<SignatureFinding> => {
  if (signedSha256 !== undefined && signedSha256 !== sha256) {
    return { outcome: 'other_artifact', signed: [signedSha256] };
  }
  const attempts = keys.flatMap(({ name, public_key_pem: pem }) => {
    const key = createPublicKey(pem);
    return hashesOf(key).flatMap((hash) =>
      paddingsOf(key).map((padding) => ({ name, key: { key, ...padding }, attempt: createVerify(hash) })),
    );
  });
  for await (const chunk of await bytes()) for (const { attempt } of attempts) attempt.update(chunk);
  const signer = attempts.find(({ key, attempt }) => attempt.verify(key, signature));
  if (signer !== undefined) return { outcome: 'signed', key: signer.name };
  return { outcome: signedSha256 === undefined ? 'not_verified' : 'other_key' };
};

const verifyStatement = async (
  { envelope, material }: ArtifactSignature & { kind: 'statement' },
  artifact: SignedArtifact,
  trust: SignatureTrust,
): Promise<SignatureFinding> => {
  // A trusted key may have signed the same bytes under another type.
  if (envelope.payloadType !== IN_TOTO) {
    return { outcome: 'unusable', problem: `its payload is ${envelope.payloadType}, not ${IN_TOTO}` };
  }
  const { length } = envelope.signatures;
  if (length > SIGNATURES_MAX) {
    return {
      outcome: 'unusable',
      problem: `it has ${length} signatures; at most ${SIGNATURES_MAX} are tried`,
    };
  }
  const signer = signerOf(envelope, material, trust);
  if (signer.outcome !== 'signed') return signer;
  // Parsed only now: a payload that no trusted key has signed is not worth reading.
  const signed = signedFilesIn(envelope.payload, ARTIFACT_SIGNATURE_MAX_BYTES);
  return 'problem' in signed
    ? { outcome: 'unusable', problem: signed.problem }
    : ((await differenceFrom(signed, artifact, trust.allowedUnsigned)) ?? signer);
};

/** The method that a bundle names is the one that it is verified by: another could be passed off as it. */
const signerOf = (
  envelope: ForeignEnvelope,
  material: SigningMaterial,
  { keys, roots, at }: SignatureTrust,
): SignatureFinding => {
  if (material === 'keyless') {
    return { outcome: 'unusable', problem: 'it is signed keyless, and only keys and certificates are verified' };
  }
  if (material === 'key') {
    const key = keys.find(({ public_key_pem: pem }) => isEnvelopeBy(createPublicKey(pem), envelope))?.name;
    return key === undefined ? { outcome: 'other_key' } : { outcome: 'signed', key };
  }
  const certified = verifyCertificates(material.certificates, roots, at);
  if ('problem' in certified) return { outcome: 'unusable', problem: certified.problem };
  const { root, subject, key } = certified;
  return isEnvelopeBy(key, envelope) ? { outcome: 'signed', root, subject } : { outcome: 'other_key' };
};

const isEnvelopeBy = (key: KeyObject, { payload, signatures }: ForeignEnvelope): boolean =>
  [preAuthenticationEncoding(IN_TOTO, payload), earlyEncoding(payload)].some((signed) =>
    signatures.some(({ sig }) => isSignedBy(key, signed, sig)),
  );

/** What keeps an artifact from being what is signed. One file of a folder is, by its digest and whatever its name. */
const differenceFrom = async (
  signed: SignedFiles,
  { sha256, bytes }: SignedArtifact,
  allowedUnsigned: readonly string[],
): Promise<SignatureFinding | undefined> => {
  const digests = [...signed.files.values()].flatMap((ranges) => [...ranges.values()]);
  if (signed.shardBytes === undefined && digests.includes(sha256)) return undefined;
  const differences = await compareFiles(bytes, signed, allowedUnsigned);
  if (differences === undefined) return { outcome: 'other_artifact', signed: digests };
  return Object.values(differences).every((files) => files.length === 0)
    ? undefined
    : { outcome: 'other_files', differences };
};

/**
 * What model-signing signed before version 1.0: it formatted the payload as a Python bytes literal, `b'…'` with
 * escapes. Its current verifier still accepts that, and so must we. No other encoding begins with these capitals.
 */
const earlyEncoding = (payload: Uint8Array): Uint8Array => {
  const escaped = Buffer.from(payload)
    .toString('latin1')
    .replaceAll(/[\\']/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return Buffer.from(`DSSEV1 ${IN_TOTO.length} ${IN_TOTO} ${payload.length} b'${escaped}'`, 'latin1');
};
