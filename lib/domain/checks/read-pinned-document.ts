import type { Sha256 } from '../identifiers.ts';
import { Refusal } from '../refusal.ts';
import type { Evidence } from './check.ts';

/** Returns the bytes of one evidence file. Refuses a file that is larger than `maxBytes`. */
export type EvidenceBytes = (sha256: Sha256, maxBytes: number) => Promise<Uint8Array>;

/** How one kind of document is read: its size limit and its parser. */
export type DocumentReader<T> = { readonly maxBytes: number; readonly parse: (bytes: Uint8Array) => T };

/** Reads a document by the digest that it was pinned under. */
export const readPinnedDocument = <T>(
  { sha256 }: { readonly sha256: Sha256 },
  { maxBytes, parse }: DocumentReader<T>,
  bytes: EvidenceBytes,
): Promise<Evidence<T>> => readOrExplain(sha256, async () => parse(await bytes(sha256, maxBytes)));

/** Evidence that cannot be read is a finding, not a fault: the check says so, and the submitter can correct it. */
export const readOrExplain = async <T>(sha256: Sha256, read: () => Promise<T>): Promise<Evidence<T>> => {
  try {
    return { kind: 'read', sha256, value: await read() };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    // The message may already contain the first fault; it is not repeated.
    const violations = cause.violations
      .map(({ field, problem }) => `${field} ${problem}`)
      .filter((fault) => !cause.message.includes(fault));
    return { kind: 'unreadable', sha256, problem: [cause.message, ...violations].join('; ') };
  }
};
