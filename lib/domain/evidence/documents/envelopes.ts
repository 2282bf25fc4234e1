/** DSSE envelopes as other tools write them: bare, in a Sigstore bundle, or several of them, one a line. */
import * as z from 'zod';
import { Base64Bytes } from './base64.ts';
import { parseDocument, readShape, refuseDocument } from './document.ts';

/** Unknown members of an envelope are not signed, so they are left out. */
export const ForeignEnvelope = z.object({
  payloadType: z.string().min(1).max(256),
  payload: Base64Bytes,
  signatures: z.array(z.object({ sig: Base64Bytes })).default([]),
});
export type ForeignEnvelope = z.infer<typeof ForeignEnvelope>;

const Bundle = z.object({ dsseEnvelope: ForeignEnvelope });

/** Reads the envelope that a document is, or that the bundle in it has. */
export const readEnvelope = (document: unknown, name: string): ForeignEnvelope =>
  isBundle(document) ? readShape(Bundle, document, name).dsseEnvelope : readShape(ForeignEnvelope, document, name);

const isBundle = (document: unknown): boolean =>
  ['dsseEnvelope', 'verificationMaterial'].some((key) => Object.hasOwn(Object(document), key));

/** The envelope in a document that may be something else. */
export const envelopeIn = (document: unknown): ForeignEnvelope | undefined =>
  Bundle.safeParse(document).data?.dsseEnvelope ?? ForeignEnvelope.safeParse(document).data;

/**
 * The documents in a file of one JSON document a line (`.intoto.jsonl`); undefined if the file is not several such
 * lines. Files of builders hold an envelope for each artifact, and of each kind.
 */
export const documentsByLine = (
  bytes: Uint8Array,
  maxBytes: number,
  maxLines = Number.POSITIVE_INFINITY,
): unknown[] | undefined => {
  if (bytes.length > maxBytes) return undefined;
  const lines = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const isLines = lines.length > 1 && lines.every((line) => /^\s*\{.*\}\s*$/.test(line));
  if (isLines && lines.length > maxLines) {
    const problem = `has ${lines.length} lines; at most ${maxLines} are read`;
    return refuseDocument('document', [{ field: 'document', problem }]);
  }
  return isLines ? lines.map((line) => parseDocument(Buffer.from(line), maxBytes)) : undefined;
};
