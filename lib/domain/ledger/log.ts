/** Puts the log together from its bundles and checkpoints. */
import type { Instant, Sha256 } from '../identifiers.ts';
import { checkpointKey, checkpointProblem } from './checkpoint.ts';
import type { BundleFile, CheckpointFile, Entry, Problem } from './ledger-file.ts';
import { appendLeaves, EMPTY_TREE, rootHash } from './merkle.ts';

type LogEntry = Entry & { readonly index: number; readonly bundleKey: string };

export type Log = {
  /** The name of the log, if there is a checkpoint that says it. */
  readonly origin: string | undefined;
  /** The entries from index 0 on, up to the first gap between bundles. */
  readonly entries: readonly LogEntry[];
  /**
   * How many of them a signed checkpoint with the right root hash covers. The log committed to these, whatever event
   * files say.
   */
  readonly attested: number;
  readonly problems: readonly Problem[];
};

/** Establishes that all checkpoints belong to one log and are signed by its key. */
export const signatureProblems = (
  checkpoints: readonly CheckpointFile[],
  publicKeyPem: string | undefined,
): Problem[] => {
  const origin = checkpoints[0]?.checkpoint.origin;
  return checkpoints.flatMap((file) => {
    const why =
      file.checkpoint.origin === origin
        ? publicKeyPem && checkpointProblem(file, publicKeyPem)
        : `is of log ${file.checkpoint.origin}, but the first checkpoint is of ${origin}`;
    return why ? [{ key: file.key, why }] : [];
  });
};

/**
 * Establishes that the bundles hold the entries from 0 on without gap or overlap, that each of them ends in a
 * checkpoint, and that each checkpoint's root hash is that of the entries it counts. Checkpoints must be sorted by
 * size; those under an `unsigned` key attest to nothing.
 */
export const joinLog = (
  bundles: readonly BundleFile[],
  checkpoints: readonly CheckpointFile[],
  unsigned: ReadonlySet<string>,
): Log => {
  const { entries, roots, problems } = joinBundles(bundles);
  const isWhole = problems.length === 0;
  let attested = 0;
  for (const { key, checkpoint } of checkpoints) {
    const expected = roots.get(checkpoint.size);
    if (expected === checkpoint.root) {
      if (!unsigned.has(key)) attested = checkpoint.size;
    } else if (expected !== undefined) {
      problems.push({ key, why: `says root hash ${checkpoint.root}, but the entries have ${expected}` });
    } else if (isWhole) {
      const why = `covers ${checkpoint.size} entries, but no bundle ends there; the last one ends at ${entries.length}`;
      problems.push({ key, why });
    }
  }
  const sizes = new Set(checkpoints.map(({ checkpoint }) => checkpoint.size));
  for (const size of roots.keys()) {
    if (size === 0 || sizes.has(size)) continue;
    const why = `is missing, or was not written yet: ${entries[size - 1]?.bundleKey} ends there`;
    problems.push({ key: checkpointKey(size), why });
  }
  return { origin: checkpoints[0]?.checkpoint.origin, entries, attested, problems };
};

/** The instant of the newest event that the log has committed to; undefined if it has committed to none. */
export const coveredUntil = ({ entries, attested }: Log): Instant | undefined =>
  entries
    .slice(0, attested)
    .reduce<Instant | undefined>(
      (newest, { event }) => (newest === undefined || event.timestamp > newest ? event.timestamp : newest),
      undefined,
    );

/**
 * The size of the log at the first checkpoint that covers an entry: its bundle ends in one. Infinite for an entry that is
 * not there, or that no checkpoint covers.
 */
export const bundleEnd = ({ entries, attested }: Log, index: number): number => {
  if (index >= attested) return Number.POSITIVE_INFINITY;
  const bundleKey = entries[index]?.bundleKey;
  const rest = entries.slice(index, attested);
  const length = rest.findIndex((entry) => entry.bundleKey !== bundleKey);
  return length < 0 ? attested : index + length;
};

/** The root hash of the tree over the first `size` entries. */
export const rootAt = ({ entries }: Log, size: number): Sha256 => {
  const leaves = entries.slice(0, size).map(({ hash }) => hash);
  return rootHash(appendLeaves(EMPTY_TREE, leaves));
};

const joinBundles = (bundles: readonly BundleFile[]) => {
  const entries: LogEntry[] = [];
  const problems: Problem[] = [];
  const places = new Map<string, number>();
  let tree = EMPTY_TREE;
  const roots = new Map<number, Sha256>([[0, rootHash(tree)]]);
  for (const bundle of bundles.toSorted((a, b) => a.firstIndex - b.firstIndex)) {
    if (bundle.firstIndex !== entries.length) {
      const before = entries.at(-1)?.bundleKey ?? 'the log';
      const why = `begins at entry ${bundle.firstIndex}, but ${before} ${entries.length === 0 ? 'begins' : 'ends'} at ${entries.length}`;
      problems.push({ key: bundle.key, why });
      break;
    }
    for (const entry of bundle.entries) {
      const why = repetitionProblem(entry, entries.length, places);
      if (why !== undefined) problems.push({ key: bundle.key, why });
      entries.push({ ...entry, index: entries.length, bundleKey: bundle.key });
    }
    tree = appendLeaves(
      tree,
      bundle.entries.map((entry) => entry.hash),
    );
    roots.set(tree.size, rootHash(tree));
  }
  return { entries, roots, problems };
};

/**
 * Events may be shipped out of order, so the order of a chain is checked by its own links. Here each event must have
 * only one place in the log.
 */
const repetitionProblem = ({ event }: Entry, index: number, places: Map<string, number>): string | undefined => {
  const place = `${event.model}/${event.seq}`;
  const earlier = places.get(place);
  places.set(place, index);
  return earlier === undefined
    ? undefined
    : `entry ${index} is event ${event.seq} of ${event.model}, and so is entry ${earlier}`;
};
