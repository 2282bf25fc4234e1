/** Reads the files of a ledger as untrusted input: each file is what its key says, or it has a problem. */
import type { Sha256 } from '../identifiers.ts';
import { BUNDLE_MAX_ENTRIES, bundleKey, eventDate } from './bundle.ts';
import { leafHash } from './chain.ts';
import { checkpointKey, parseCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { AuditEvent, EVENT_MAX_BYTES, eventBytes, eventKey } from './event.ts';
import { type RowsFile, readRowsFile } from './rows-file.ts';

/** A file as it was found: its key in the audit bucket and its bytes. */
export type LedgerFile = { readonly key: string; readonly bytes: Uint8Array };

/** What is wrong, and the key of the file that it is about. */
export type Problem = { readonly key: string; readonly why: string };

/** An event whose bytes are exactly its canonical form, and their RFC 6962 leaf hash. */
export type Entry = { readonly event: AuditEvent; readonly hash: Sha256 };

export type EventFile = Entry & { readonly kind: 'event'; readonly key: string };
export type BundleFile = {
  readonly kind: 'bundle';
  readonly key: string;
  readonly firstIndex: number;
  readonly entries: readonly Entry[];
};
export type CheckpointFile = SignedCheckpoint & { readonly kind: 'checkpoint'; readonly key: string };

type Unreadable = { readonly problem: string };

const BUNDLE_KEY = /^bundles\/v1\/dt=\d{4}-\d\d-\d\d\/(\d{12})\.ndjson$/;

/** Establishes that a file is well formed and stored under the key that belongs to its content. */
export const readLedgerFile = (file: LedgerFile): EventFile | BundleFile | RowsFile | CheckpointFile | Problem => {
  const read = readByPrefix(file);
  return 'problem' in read ? { key: file.key, why: read.problem } : read;
};

const readByPrefix = (file: LedgerFile): EventFile | BundleFile | RowsFile | CheckpointFile | Unreadable => {
  if (file.key.startsWith('events/v1/')) return readEvent(file);
  if (file.key.startsWith('bundles/v1/')) return readBundle(file);
  if (file.key.startsWith('rows/v1/')) return readRowsFile(file.key, file.bytes);
  if (file.key.startsWith('checkpoints/v1/')) return readCheckpoint(file);
  return { problem: 'is not a ledger key' };
};

const readEvent = ({ key, bytes }: LedgerFile): EventFile | Unreadable => {
  const entry = parseEntry(bytes);
  if ('problem' in entry) return entry;
  const expected = eventKey(entry.event);
  return key === expected
    ? { kind: 'event', key, ...entry }
    : { problem: `holds the event that belongs in ${expected}` };
};

const readBundle = ({ key, bytes }: LedgerFile): BundleFile | Unreadable => {
  const [, index] = BUNDLE_KEY.exec(key) ?? [];
  if (index === undefined) return { problem: 'is not a bundle key' };
  const firstIndex = Number(index);
  if (bytes.at(-1) !== 0x0a) return { problem: 'does not end with a newline' };
  const entries: Entry[] = [];
  for (let start = 0, end = bytes.indexOf(0x0a); end >= 0; start = end + 1, end = bytes.indexOf(0x0a, start)) {
    const entry = parseEntry(bytes.subarray(start, end));
    if ('problem' in entry) return { problem: `entry ${firstIndex + entries.length} ${entry.problem}` };
    const expected = bundleKey(eventDate(entry.event), firstIndex);
    if (key !== expected) return { problem: `entry ${firstIndex + entries.length} belongs in ${expected}` };
    entries.push(entry);
  }
  if (entries.length > BUNDLE_MAX_ENTRIES) {
    return { problem: `holds ${entries.length} entries; the limit is ${BUNDLE_MAX_ENTRIES}` };
  }
  return { kind: 'bundle', key, firstIndex, entries };
};

const readCheckpoint = ({ key, bytes }: LedgerFile): CheckpointFile | Unreadable => {
  const note = parseCheckpoint(bytes);
  if ('problem' in note) return note;
  const expected = checkpointKey(note.checkpoint.size);
  return key === expected
    ? { kind: 'checkpoint', key, ...note }
    : { problem: `holds the checkpoint that belongs in ${expected}` };
};

/** An entry of the log, as everybody reads one who verifies it. */
export const parseEntry = (bytes: Uint8Array): Entry | Unreadable => {
  // Checked first, so that the parser never sees what is too large or too deep to be an event.
  if (bytes.length > EVENT_MAX_BYTES) return { problem: `has ${bytes.length} bytes; the limit is ${EVENT_MAX_BYTES}` };
  const event = parseEvent(bytes);
  return event === undefined
    ? { problem: 'is not an audit event in canonical form' }
    : { event, hash: leafHash(bytes) };
};

/** The event, if these are exactly the bytes that it is stored as; undefined for anything else. */
const parseEvent = (bytes: Uint8Array): AuditEvent | undefined => {
  try {
    const event = AuditEvent.parse(
      JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)),
    );
    return Buffer.compare(eventBytes(event), bytes) === 0 ? event : undefined;
  } catch {
    return undefined;
  }
};
