/** What a pull copies from the audit bucket: one version of each key, as far as the log has come. */
import type { LedgerReader, ListedVersion } from '../../adapters/s3-ledger-reader.ts';
import { MAX_UNCOVERED } from '../../domain/audit/missing-proofs.ts';
import { checkpointKey } from '../../domain/ledger/checkpoint.ts';
import type { Problem } from '../../domain/ledger/ledger-file.ts';
import { count } from '../terminal/text.ts';
import { ACCESS_KEY, ACCESS_PREFIX, LEDGER_PREFIXES } from './ledger-directory.ts';

export type Listed = {
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  readonly etag: string;
};
type Listing = { readonly listed: readonly Listed[]; readonly problems: Problem[] };

/** A key of any other form never becomes a path on this machine. */
const LEDGER_KEY = /^(events|bundles|rows|checkpoints)\/v1(\/[A-Za-z0-9_=-][A-Za-z0-9_=.-]*)+$/;

/** With the pauses between them, these are two minutes: the log signs every minute. */
const LOOKS_MAX = 25;

/**
 * Lists the bucket at a moment at which the log has kept up with it, so that a ledger that grows meanwhile does not look
 * like one whose end is not signed. If there is no such moment, the last listing counts: then the log is behind.
 */
export const settledListing = async (reader: LedgerReader, pause: (why: string) => Promise<void>): Promise<Listing> => {
  let listing = await list(reader);
  for (let looks = 1; looks < LOOKS_MAX; looks += 1) {
    const why = unsettled(listing.listed.map(({ key }) => key));
    if (why === undefined) break;
    await pause(why);
    listing = await list(reader);
  }
  return listing;
};

/**
 * The objects of the access log, which no checkpoint covers. A pull that may not read them is no fault of the ledger: whoever asks for a report
 * about accesses needs the right.
 */
export const accessListing = async (reader: LedgerReader): Promise<Listing> => {
  const listed: Listed[] = [];
  const problems: Problem[] = [];
  for (const [key, versions] of await versionsByKey(reader, ACCESS_PREFIX)) {
    problems.push(...versionProblems(key, versions));
    const first = versions.findLast(({ content }) => content !== undefined);
    if (ACCESS_KEY.test(key) && first?.content !== undefined)
      listed.push({ key, versionId: first.versionId, ...first.content });
  }
  return { listed, problems };
};

/** Why a listing is of a ledger in motion; undefined if it is not. */
export const unsettled = (keys: readonly string[]): string | undefined => {
  const uncovered = keys.filter((key) => key.startsWith('events/')).length - newestSize(keys);
  if (uncovered > MAX_UNCOVERED) return `${count(uncovered, 'event')} wait for a checkpoint`;
  const gap = gapIn(keys);
  return gap === undefined ? undefined : `an event before ${gap} was written during the listing`;
};

const newestSize = (keys: readonly string[]): number =>
  Math.max(0, ...keys.map((key) => Number(/^checkpoints\/v1\/(\d{12})\.txt$/.exec(key)?.[1] ?? 0)));

/**
 * An event is written after the one before it. At midnight they lie in different folders, and both may be written after
 * the listing has left the first and before it has come to the second.
 */
const gapIn = (keys: readonly string[]): string | undefined => {
  const lengths = new Map<string, number>();
  for (const key of keys.toSorted()) {
    const [, model = '', seq] = /^events\/v1\/[^/]+\/([^/]+)\/(\d{12})\.json$/.exec(key) ?? [];
    if (seq === undefined) continue;
    const expected = (lengths.get(model) ?? 0) + 1;
    if (Number(seq) > expected) return key;
    lengths.set(model, expected);
  }
  return undefined;
};

/** One object for each key. If a key has several versions, the first one counts, because it was locked first. */
const list = async (reader: LedgerReader): Promise<Listing> => {
  const listed: Listed[] = [];
  const problems: Problem[] = [];
  let newestCheckpoint = '';
  for (const prefix of LEDGER_PREFIXES) {
    for (const [key, versions] of await versionsByKey(reader, prefix)) {
      if (isInFlight(key, newestCheckpoint)) continue;
      problems.push(...keyProblems(key, versions));
      // S3 lists the newest version first.
      const first = versions.findLast(({ content }) => content !== undefined);
      if (!isLedgerKey(key) || first?.content === undefined) continue;
      listed.push({ key, versionId: first.versionId, ...first.content });
      if (prefix === 'checkpoints/' && key > newestCheckpoint) newestCheckpoint = key;
    }
  }
  return { listed, problems };
};

const versionsByKey = async (reader: LedgerReader, prefix: string): Promise<Map<string, ListedVersion[]>> => {
  const byKey = new Map<string, ListedVersion[]>();
  for await (const version of reader.versions(prefix)) {
    const known = byKey.get(version.key);
    if (known === undefined) byKey.set(version.key, [version]);
    else known.push(version);
  }
  return byKey;
};

const isLedgerKey = (key: string): boolean => LEDGER_KEY.test(key) && !key.includes('..');

/** A bundle, or its rows, written after the newest listed checkpoint has no checkpoint yet; the next pull finds all three. */
const isInFlight = (key: string, checkpoint: string): boolean => {
  const [, firstIndex] = /^(?:bundles|rows)\/.*\/(\d{12})\.ndjson$/.exec(key) ?? [];
  return firstIndex !== undefined && checkpointKey(Number(firstIndex)) >= checkpoint;
};

const keyProblems = (key: string, versions: readonly ListedVersion[]): Problem[] =>
  isLedgerKey(key) ? versionProblems(key, versions) : [{ key, why: 'is not a ledger key' }];

const versionProblems = (key: string, versions: readonly ListedVersion[]): Problem[] => {
  const markers = versions.filter(({ content }) => content === undefined).length;
  const contents = versions.length - markers;
  return [
    ...(markers > 0 ? [{ key, why: `was deleted: it has ${count(markers, 'delete marker')}` }] : []),
    ...(contents > 1 ? [{ key, why: `was overwritten: it has ${count(contents, 'version')}` }] : []),
  ];
};
