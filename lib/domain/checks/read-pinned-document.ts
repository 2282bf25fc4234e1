import type { Sha256 } from '../identifiers.ts';
import { Refusal } from '../refusal.ts';
import type { Evidence } from './check.ts';

/** The bytes of one evidence file, refused if there are more. */
export type EvidenceBytes = (sha256: Sha256, maxBytes: number) => Promise<Uint8Array>;

/** How one kind of document is read: no more bytes than this, by this parser. */
export type DocumentReader<T> = { readonly maxBytes: number; readonly parse: (bytes: Uint8Array) => T };

/** Reads a document that was pinned under its digest. */
export const readPinnedDocument = <T>(
  { sha256 }: { readonly sha256: Sha256 },
  { maxBytes, parse }: DocumentReader<T>,
  bytes: EvidenceBytes,
): Promise<Evidence<T>> => readOrExplain(sha256, async () => parse(await bytes(sha256, maxBytes)));

/** Evidence that cannot be read is a finding, not a fault: the check says so, and the submitter can mend it. */
export const readOrExplain = async <T>(sha256: Sha256, read: () => Promise<T>): Promise<Evidence<T>> => {
  try {
    return { kind: 'read', sha256, value: await read() };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    // A message may tell the first fault itself; nobody has to read it twice.
    const violations = cause.violations
      .map(({ field, problem }) => `${field} ${problem}`)
      .filter((fault) => !cause.message.includes(fault));
    return { kind: 'unreadable', sha256, problem: [cause.message, ...violations].join('; ') };
  }
};
