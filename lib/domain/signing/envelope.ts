/** DSSE v1 (https://github.com/secure-systems-lab/dsse): a signature over a payload and its type, in one JSON file. */
import { createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson } from './canonical-json.ts';
import type { Signer } from './signer.ts';

const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** Unknown fields of an envelope are not signed, so they are dropped. */
export const Envelope = z.object({
  payload: z.base64(),
  payloadType: z.string().min(1).max(256),
  signatures: z.array(z.object({ keyid: z.string().default(''), sig: z.base64() })).min(1),
});
export type Envelope = z.infer<typeof Envelope>;

/** Pre-authentication encoding, DSSE v1: the bytes that are signed. The lengths keep type and payload apart. */
export const preAuthenticationEncoding = (payloadType: string, payload: Uint8Array): Uint8Array =>
  Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `, 'utf8'),
    payload,
  ]);

/** How the bytes begin that any version of DSSE signs: model-signing before 1.0 wrote a capital V. */
const ENCODED = /^DSSEv\d+ /i;
export const ENCODED_HEAD_BYTES = 16;

/**
 * Whether bytes begin like those that an envelope signs. A signature over such a file would be one over a statement too,
 * so no key that signs statements may sign it.
 */
export const isPreAuthenticationEncoding = (bytes: Uint8Array): boolean =>
  ENCODED.test(Buffer.from(bytes.subarray(0, ENCODED_HEAD_BYTES)).toString('latin1'));

/** Signs an in-toto statement, byte for byte as given. */
export const signEnvelope = async (statement: Uint8Array, signer: Pick<Signer, 'sign'>): Promise<Envelope> => {
  const signature = await signer.sign(preAuthenticationEncoding(IN_TOTO_PAYLOAD_TYPE, statement));
  return {
    payload: Buffer.from(statement).toString('base64'),
    payloadType: IN_TOTO_PAYLOAD_TYPE,
    // The key id stays empty: cosign would look up a key by it and find none, and it is not signed anyway.
    signatures: [{ keyid: '', sig: Buffer.from(signature).toString('base64') }],
  };
};

/** The bytes of an envelope as they are stored. */
export const envelopeBytes = (envelope: Envelope): Uint8Array => canonicalJson(envelope);

export type VerifiedEnvelope = { readonly payload: Uint8Array } | { readonly problem: string };

/**
 * Establishes that the holder of the key signed the payload as an in-toto statement. Only the bytes that it returns
 * may be read: they are the ones that were verified.
 */
export const verifyEnvelope = (envelope: Envelope, publicKeyPem: string): VerifiedEnvelope => {
  // An attacker may have a valid signature over the same bytes under another type.
  if (envelope.payloadType !== IN_TOTO_PAYLOAD_TYPE) {
    return { problem: `the payload type is ${envelope.payloadType}, expected ${IN_TOTO_PAYLOAD_TYPE}` };
  }
  const key = createPublicKey(publicKeyPem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error(`could not verify envelope: expected an ECDSA P-256 key, got ${key.asymmetricKeyType}`);
  }
  const payload = Buffer.from(envelope.payload, 'base64');
  const signed = preAuthenticationEncoding(envelope.payloadType, payload);
  const isSigned = envelope.signatures.some(({ sig }) => verify('sha256', signed, key, Buffer.from(sig, 'base64')));
  return isSigned ? { payload } : { problem: 'no signature is by this key over this payload' };
};
