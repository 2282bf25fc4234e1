/**
 * Checkpoints (docs/formats/checkpoint.md): C2SP tlog-checkpoint, a signed note with an Ed25519 signature. One line of
 * text commits to every event that was ever appended.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import type { Signer } from '../signing/signer.ts';

/** The origin of the log, how many entries it has, and the root hash of the tree over all of them. */
export const Checkpoint = z.strictObject({
  /** Also the name of the key, so it has neither spaces nor a plus sign, which would end the name. */
  origin: z.string().regex(/^[!-*,-~]{1,255}$/, 'must be printable ASCII without spaces and plus signs'),
  size: z.int().min(0),
  root: Sha256,
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** A checkpoint as it was read. It is untrusted until `checkpointProblem` has found no problem. */
export type SignedCheckpoint = {
  readonly checkpoint: Checkpoint;
  readonly text: Uint8Array;
  readonly signatures: readonly { readonly name: string; readonly keyId: string; readonly signature: Uint8Array }[];
};

/** A C2SP signed note is small; a larger one is not ours. */
const NOTE_MAX_BYTES = 65_536;
const ED25519 = 0x01;

export const checkpointKey = (size: number): string => `checkpoints/v1/${String(size).padStart(12, '0')}.txt`;

/** The note text that is signed. */
export const checkpointText = (checkpoint: Checkpoint): Uint8Array => {
  const { origin, size, root } = Checkpoint.parse(checkpoint);
  return Buffer.from(`${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`);
};

/** The signed note: text, empty line, one signature line under the name of the log. The signer's key is Ed25519. */
export const signCheckpoint = async (
  checkpoint: Checkpoint,
  signer: Pick<Signer, 'sign' | 'publicKeyPem'>,
): Promise<Uint8Array> => {
  const text = checkpointText(checkpoint);
  const keyId = noteKeyId(checkpoint.origin, ed25519PublicKey(await signer.publicKeyPem()));
  const signature = Buffer.concat([Buffer.from(keyId, 'hex'), await signer.sign(text)]);
  return Buffer.concat([text, Buffer.from(`\n— ${checkpoint.origin} ${signature.toString('base64')}\n`)]);
};

/** The verifier key that C2SP tools take: `<name>+<key id>+<base64 of type and key>`. */
export const verifierKey = (origin: string, publicKeyPem: string): string => {
  const key = ed25519PublicKey(publicKeyPem);
  return `${origin}+${noteKeyId(origin, key)}+${Buffer.concat([Uint8Array.of(ED25519), key]).toString('base64')}`;
};

/** Reads a signed note whose text is a checkpoint without extension lines. */
export const parseCheckpoint = (bytes: Uint8Array): SignedCheckpoint | { readonly problem: string } => {
  if (bytes.length > NOTE_MAX_BYTES) return { problem: `has ${bytes.length} bytes; the limit is ${NOTE_MAX_BYTES}` };
  const note = Buffer.from(bytes);
  const blankLine = note.lastIndexOf('\n\n');
  if (blankLine < 0) return { problem: 'has no empty line between text and signatures' };
  const text = note.subarray(0, blankLine + 1);
  const checkpoint = parseText(text.toString('utf8'));
  if (checkpoint === undefined || !text.equals(checkpointText(checkpoint))) {
    return { problem: 'does not have origin, tree size and root hash on one line each' };
  }
  const lines = note
    .subarray(blankLine + 2)
    .toString('utf8')
    .split('\n');
  const signatures = lines.slice(0, -1).map(parseSignatureLine);
  if (lines.at(-1) !== '' || signatures.length === 0 || !signatures.every((signature) => signature !== undefined)) {
    return { problem: 'has a line that is not a signature' };
  }
  return { checkpoint, text, signatures };
};

/**
 * Establishes that the log signed the checkpoint with this key (C2SP signed-note: signatures by other keys are ignored,
 * each one by this key must be valid). Returns the problem, if there is one.
 */
export const checkpointProblem = (note: SignedCheckpoint, publicKeyPem: string): string | undefined => {
  const { origin } = note.checkpoint;
  const keyId = noteKeyId(origin, ed25519PublicKey(publicKeyPem));
  const known = note.signatures.filter((signature) => signature.name === origin && signature.keyId === keyId);
  if (known.length === 0) return `is not signed by the key of the log (${origin}, key id ${keyId})`;
  const key = createPublicKey(publicKeyPem);
  const isSigned = known.every(({ signature }) => verify(null, note.text, key, signature));
  return isSigned ? undefined : 'has a signature that does not fit its text';
};

const parseText = (text: string): Checkpoint | undefined => {
  const [origin, size, root] = text.split('\n');
  const parsed = Checkpoint.safeParse({
    origin,
    size: Number(size),
    root: Buffer.from(root ?? '', 'base64').toString('hex'),
  });
  return parsed.data;
};

const parseSignatureLine = (line: string): SignedCheckpoint['signatures'][number] | undefined => {
  const [, name, base64] = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
  if (name === undefined || base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  // A signature has exactly one spelling: stray bits at the end of its base64 would let a byte change unnoticed.
  if (bytes.length < 5 || bytes.toString('base64') !== base64) return undefined;
  return { name, keyId: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4) };
};

/** C2SP signed-note: the first four bytes of SHA-256(name || 0x0A || 0x01 || public key). */
const noteKeyId = (name: string, publicKey: Uint8Array): string =>
  createHash('sha256').update(`${name}\n`).update(Uint8Array.of(ED25519)).update(publicKey).digest('hex').slice(0, 8);

const ed25519PublicKey = (publicKeyPem: string): Uint8Array => {
  const { crv, x } = createPublicKey(publicKeyPem).export({ format: 'jwk' });
  if (crv !== 'Ed25519' || x === undefined) throw new Error('could not use the key of the log: it is not Ed25519');
  return Buffer.from(x, 'base64url');
};
