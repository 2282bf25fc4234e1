/** A signature over a model artifact, in the formats that signing tools write, and whether a trusted key made it. */
import { constants, createHash, createPublicKey, createVerify, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { Refusal } from '../refusal.ts';
import { preAuthenticationEncoding } from '../signing/envelope.ts';
import { Base64Bytes, isBase64 } from './documents/base64.ts';
import { parseDocument, readShape, refuseDocument } from './documents/document.ts';
import { type ForeignEnvelope, readEnvelope } from './documents/envelopes.ts';

/** Large enough for an OpenSSF signature of a model with many files, which has a line for each. */
export const ARTIFACT_SIGNATURE_MAX_BYTES = 1_048_576;

/** What the signature file holds: a signature over the artifact itself, or one over a statement about it. */
export type ArtifactSignature =
  | { readonly kind: 'detached'; readonly signature: Uint8Array; readonly signedSha256?: Sha256 }
  | { readonly kind: 'statement'; readonly envelope: ForeignEnvelope };

/** A key that the policy trusts, with a name that people know it by. */
export const TrustedKey = z.strictObject({
  name: z.string().min(1).max(64),
  public_key_pem: z
    .string()
    .max(4096)
    .refine((pem) => keyOf(pem) !== undefined, 'must be a public key in PEM: EC P-256, P-384, P-521, RSA or Ed25519'),
});
export type TrustedKey = z.infer<typeof TrustedKey>;

const NAME = 'artifact signature';
/** Each signature is tried with each key over the whole payload, so ten thousand of them would take minutes. */
const SIGNATURES_MAX = 16;
const IN_TOTO = 'application/vnd.in-toto+json';
const MODEL_SIGNING = 'https://model_signing/signature/v1.0';
/** Before version 1.0, each file was a subject of its own. */
const MODEL_SIGNING_DIGESTS = 'https://model_signing/Digests/v0.1';

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
    if (envelope.signatures.length > 0) return { kind: 'statement', envelope };
    return refuseDocument(NAME, [{ field: 'signatures', problem: 'is missing or empty' }]);
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
  | { readonly outcome: 'signed'; readonly key: string }
  | { readonly outcome: 'no_trusted_key' }
  /** No trusted key made it over this artifact. Whether the key or the artifact is a different one cannot be told. */
  | { readonly outcome: 'not_verified' }
  | { readonly outcome: 'other_key' }
  | { readonly outcome: 'other_artifact'; readonly signed: readonly string[] }
  | { readonly outcome: 'unusable'; readonly problem: string };

/** An artifact by its digest, and its bytes for a signature that covers the bytes themselves. */
export type SignedArtifact = {
  readonly sha256: Sha256;
  readonly bytes: () => Promise<AsyncIterable<Uint8Array>>;
};

/**
 * Establishes which trusted key signed exactly these bytes, or why none did. A statement names its files by their
 * digests; for a detached signature the artifact is streamed, with bounded memory whatever its size.
 */
export const verifyArtifactSignature = async (
  signature: ArtifactSignature,
  artifact: SignedArtifact,
  keys: readonly TrustedKey[],
): Promise<SignatureFinding> => {
  if (keys.length === 0) return { outcome: 'no_trusted_key' };
  return signature.kind === 'statement'
    ? verifyStatement(signature.envelope, artifact.sha256, keys)
    : verifyDetached(signature, artifact, keys);
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

const verifyStatement = (
  envelope: ForeignEnvelope,
  artifactSha256: Sha256,
  keys: readonly TrustedKey[],
): SignatureFinding => {
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
  const { payload } = envelope;
  const encodings = [preAuthenticationEncoding(IN_TOTO, payload), earlyEncoding(payload)];
  const isBy = ({ public_key_pem: pem }: TrustedKey) =>
    envelope.signatures.some(({ sig }) => encodings.some((signed) => isSignedBy(createPublicKey(pem), signed, sig)));
  const key = keys.find(isBy)?.name;
  if (key === undefined) return { outcome: 'other_key' };
  // Parsed only now: a payload that no trusted key has signed is not worth reading.
  const digests = digestsIn(payload);
  if ('problem' in digests) return { outcome: 'unusable', problem: digests.problem };
  return digests.signed.includes(artifactSha256)
    ? { outcome: 'signed', key }
    : { outcome: 'other_artifact', signed: digests.signed };
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

/** model-signing paired a curve with its hash from 1.0 on; 0.2 always took SHA-256. */
const isSignedBy = (key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean =>
  (hashOf(key) === null ? [null] : hashesOf(key)).some((hash) =>
    paddingsOf(key).some((padding) => verify(hash, message, { key, ...padding }, signature)),
  );

/**
 * The hashes that tools sign a file with: SHA-256, or the hash that matches the size of the curve. Ed25519 takes no
 * hash.
 */
const hashesOf = (key: KeyObject): string[] => {
  const paired = hashOf(key);
  return paired === null ? [] : [...new Set(['sha256', paired])];
};

/** RSA has two paddings: PKCS #1 v1.5, which openssl and cosign use, and PSS, which KMS offers too. */
const paddingsOf = ({ asymmetricKeyType: type }: KeyObject): { padding?: number }[] =>
  type === 'rsa' ? [{ padding: constants.RSA_PKCS1_PADDING }, { padding: constants.RSA_PKCS1_PSS_PADDING }] : [{}];

/** The hash that goes with a key, as Sigstore pairs them. */
const hashOf = (key: KeyObject): string | null => {
  if (key.asymmetricKeyType === 'ed25519') return null;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return { secp384r1: 'sha384', secp521r1: 'sha512' }[curve ?? ''] ?? 'sha256';
};

const Subject = z.object({ name: z.string(), digest: z.object({ sha256: Sha256 }) });
const Resource = z.object({ name: z.string(), algorithm: z.string(), digest: z.string() });
const Signing = z.discriminatedUnion('predicateType', [
  z.object({
    predicateType: z.literal(MODEL_SIGNING),
    subject: z.tuple([Subject]),
    predicate: z.object({
      serialization: z.object({ method: z.string(), hash_type: z.string() }),
      resources: z.array(Resource).min(1),
    }),
  }),
  z.object({ predicateType: z.literal(MODEL_SIGNING_DIGESTS), subject: z.array(Subject).min(1) }),
]);

/** The digests of the files that a statement is about, or why none can be determined. */
const digestsIn = (payload: Uint8Array): { readonly signed: readonly string[] } | { readonly problem: string } => {
  const parsed = Signing.safeParse(parseDocument(payload, ARTIFACT_SIGNATURE_MAX_BYTES));
  if (!parsed.success) return { problem: `its statement is not an OpenSSF model signature` };
  if (parsed.data.predicateType === MODEL_SIGNING_DIGESTS) {
    return { signed: parsed.data.subject.map(({ digest }) => digest.sha256) };
  }
  const { subject, predicate } = parsed.data;
  const { method, hash_type: hashType } = predicate.serialization;
  if (method !== 'files' || hashType !== 'sha256' || predicate.resources.some((it) => it.algorithm !== 'sha256')) {
    return { problem: `it serializes by ${method} with ${hashType}; it must serialize by files with sha256` };
  }
  const digests = predicate.resources.map(({ digest }) => digest);
  const root = createHash('sha256')
    .update(Buffer.from(digests.join(''), 'hex'))
    .digest('hex');
  return root === subject[0].digest.sha256
    ? { signed: digests }
    : { problem: 'its subject is not the digest of the files that it lists' };
};

const keyOf = (pem: string): KeyObject | undefined => {
  try {
    const key = createPublicKey(pem);
    return pem.includes('PRIVATE') || !isSupported(key) ? undefined : key;
  } catch {
    return undefined;
  }
};

/** Only keys on elliptic curves have a named one. */
const isSupported = ({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean =>
  type === 'rsa' ||
  type === 'ed25519' ||
  ['prime256v1', 'secp384r1', 'secp521r1'].includes(String(details?.namedCurve));
