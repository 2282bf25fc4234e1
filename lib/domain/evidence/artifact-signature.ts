/** A signature over a model artifact, in the formats that signing tools write, and whether a trusted key made it. */
import { createPublicKey, createVerify } from 'node:crypto';
import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { Refusal } from '../refusal.ts';
import { ENCODED_HEAD_BYTES, isPreAuthenticationEncoding } from '../signing/envelope.ts';
import { Base64Bytes, isBase64 } from './documents/base64.ts';
import { parseDocument, readShape, refuseDocument } from './documents/document.ts';
import { type ForeignEnvelope, readEnvelope } from './documents/envelopes.ts';
import { ByteCursor } from './signatures/byte-cursor.ts';
import { compareFiles, type FileDifferences } from './signatures/compare-files.ts';
import {
  BundleMaterial,
  type EnvelopeSigner,
  IN_TOTO,
  MODEL_SIGNING_ENCODINGS,
  materialOf,
  type SignerTrust,
  type SigningMaterial,
  signerOf,
} from './signatures/signed-envelope.ts';
import { type SignedFiles, signedFilesIn } from './signatures/signed-files.ts';
import { hashesOf, paddingsOf, type TrustedKey } from './signatures/trusted-key.ts';

/** Large enough for an OpenSSF signature of a model with many files, which has a line for each. */
export const ARTIFACT_SIGNATURE_MAX_BYTES = 1_048_576;

/** What the signature file holds: a signature over the artifact itself, or one over a statement about it. */
export type ArtifactSignature =
  | { readonly kind: 'detached'; readonly signature: Uint8Array; readonly signedSha256?: Sha256 }
  | { readonly kind: 'statement'; readonly envelope: ForeignEnvelope; readonly material: SigningMaterial };

const NAME = 'artifact signature';
const CHUNK_BYTES = 1_048_576;
/** Each signature is tried with each key over the whole payload, so ten thousand of them would take minutes. */
const SIGNATURES_MAX = 16;

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
    return {
      kind: 'statement',
      envelope,
      material: has('dsseEnvelope') ? materialOf(readShape(BundleMaterial, bundle, NAME)) : 'key',
    };
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
  | EnvelopeSigner
  | { readonly outcome: 'no_trusted_key' }
  /** No trusted key made it over this artifact. Whether the key or the artifact is a different one cannot be told. */
  | { readonly outcome: 'not_verified' }
  | { readonly outcome: 'other_artifact'; readonly signed: readonly string[] }
  /** The artifact is an archive, and its files are not exactly those that are signed. */
  | { readonly outcome: 'other_files'; readonly differences: FileDifferences };

/** An artifact by its digest, and its bytes for a signature that covers the bytes themselves. */
export type SignedArtifact = {
  readonly sha256: Sha256;
  readonly bytes: () => Promise<AsyncIterable<Uint8Array>>;
};

/** Whose signatures a policy accepts, and what it lets an archive have beside the files that are signed. */
export type SignatureTrust = SignerTrust & { readonly allowedUnsigned: readonly string[] };

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
  const artifact = new ByteCursor(await bytes());
  if (isPreAuthenticationEncoding(await artifact.peek(ENCODED_HEAD_BYTES))) {
    await artifact.close();
    return { outcome: 'unusable', problem: 'the artifact begins as what a DSSE envelope signs, and is no model' };
  }
  for (let chunk = await artifact.some(CHUNK_BYTES); chunk.length > 0; chunk = await artifact.some(CHUNK_BYTES)) {
    for (const { attempt } of attempts) attempt.update(chunk);
  }
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
  const signer = signerOf(envelope, material, trust, MODEL_SIGNING_ENCODINGS);
  if (signer.outcome !== 'signed') return signer;
  // Parsed only now: a payload that no trusted key has signed is not worth reading.
  const signed = signedFilesIn(envelope.payload, ARTIFACT_SIGNATURE_MAX_BYTES);
  return 'problem' in signed
    ? { outcome: 'unusable', problem: signed.problem }
    : ((await differenceFrom(signed, artifact, trust.allowedUnsigned)) ?? signer);
};

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
