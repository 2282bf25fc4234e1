/** What a ledger does not prove, although nothing that is in it is wrong. */
import type { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import { checkpointProblem, type SignedCheckpoint } from '../ledger/checkpoint.ts';
import type { EventFile } from '../ledger/ledger-file.ts';
import { coveredUntil, type Log, rootAt } from '../ledger/log.ts';

/** A proof that is not there. Each is a verdict of its own: the ledger does not hold. */
export type MissingProof = {
  readonly proof:
    | 'signed_checkpoint'
    | 'kept_checkpoint'
    | 'recent_event'
    | 'covered_tail'
    | 'decision_key'
    | 'renewal_proof';
  readonly why: string;
};

export type Demands = {
  /** The log's Ed25519 public key, PEM. Without it, no signature is checked, and none is missed. */
  readonly logPublicKeyPem?: string | undefined;
  /** The public keys of decisions, PEM, that the auditor knows. Without them, those count that the log has published. */
  readonly decisionKeysPem?: readonly string[] | undefined;
  /** A checkpoint that the auditor kept: the log must still contain it. */
  readonly keptCheckpoint?: SignedCheckpoint | undefined;
  /** The newest covered event must not be older than this. */
  readonly notOlderThan?: Instant | undefined;
  /** The auditor's clock. Without it, events of the future are not found. */
  readonly now?: Instant | undefined;
  /** Events before it may have been removed after their retention: those that a checkpoint covers are read from their bundles. */
  readonly removedBefore?: Instant | undefined;
  /** How many events may be covered by no checkpoint. */
  readonly maxUncovered?: number | undefined;
};

/** The log signs every minute. A copy holds what was written since, or what `assay audit pull` did not wait for. */
export const MAX_UNCOVERED = 100;
/** Chains are shipped independently of each other, so one event may overtake another, but not for long. */
const OVERTAKEN_BY_MS = 600_000;

/**
 * Establishes that signatures cover the ledger: all but its newest events, up to the instant that the auditor asks for,
 * and with everything that they covered when the auditor last looked.
 */
export const missingProofs = (log: Log, uncovered: readonly EventFile[], demands: Demands): MissingProof[] => [
  ...noCheckpoint(log, demands),
  ...notKept(log, demands),
  ...tooOld(log, demands),
  ...uncoveredTail(log, uncovered, demands),
];

const noCheckpoint = (log: Log, { logPublicKeyPem }: Demands): MissingProof[] =>
  log.attested > 0 || logPublicKeyPem === undefined
    ? []
    : [{ proof: 'signed_checkpoint', why: 'no checkpoint signed by this key covers any event' }];

const notKept = (log: Log, { keptCheckpoint, logPublicKeyPem }: Demands): MissingProof[] => {
  if (keptCheckpoint === undefined) return [];
  const { origin, size, root } = keptCheckpoint.checkpoint;
  const missing = (why: string): MissingProof[] => [{ proof: 'kept_checkpoint', why: `the kept checkpoint ${why}` }];
  const unsigned = logPublicKeyPem && checkpointProblem(keptCheckpoint, logPublicKeyPem);
  if (unsigned) return missing(unsigned);
  if (log.origin !== undefined && origin !== log.origin) return missing(`is of log ${origin}, this is ${log.origin}`);
  if (size > log.entries.length) return missing(`covers ${size} entries, but this log has ${log.entries.length}`);
  const found = rootAt(log, size);
  return found === root
    ? []
    : missing(`says that the first ${size} entries have root hash ${root}; here it is ${found}`);
};

const tooOld = (log: Log, { notOlderThan }: Demands): MissingProof[] => {
  const newest = coveredUntil(log);
  if (notOlderThan === undefined || (newest !== undefined && newest >= notOlderThan)) return [];
  const found = newest === undefined ? 'no event is covered' : `the newest covered event is of ${newest}`;
  return [{ proof: 'recent_event', why: `${found}, which is older than ${notOlderThan}` }];
};

const uncoveredTail = (log: Log, uncovered: readonly EventFile[], { maxUncovered }: Demands): MissingProof[] => {
  const limit = maxUncovered ?? MAX_UNCOVERED;
  const newest = coveredUntil(log);
  const overtaken =
    newest === undefined
      ? []
      : uncovered.filter(({ event }) => millisecondsOf(newest) - millisecondsOf(event.timestamp) > OVERTAKEN_BY_MS);
  const missing = (why: string): MissingProof => ({ proof: 'covered_tail', why: `no checkpoint covers ${why}` });
  return [
    ...(uncovered.length > limit ? [missing(`${uncovered.length} events; the limit is ${limit}`)] : []),
    ...overtaken
      .slice(0, 1)
      .map(({ key, event }) => missing(`${key} of ${event.timestamp}, though one covers events of ${newest}`)),
  ];
};
