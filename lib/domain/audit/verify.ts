/** Verifies a whole ledger from its files alone: `assay audit verify`. Knows no AWS and needs no network. */
import type { Instant, Sha256 } from '../identifiers.ts';
import { GENESIS } from '../ledger/chain.ts';
import { eventKey } from '../ledger/event.ts';
import {
  type BundleFile,
  type CheckpointFile,
  type EventFile,
  type LedgerFile,
  type Problem,
  readLedgerFile,
} from '../ledger/ledger-file.ts';
import { bundleEnd, coveredUntil, joinLog, type Log, signatureProblems } from '../ledger/log.ts';
import type { RowsFile } from '../ledger/rows-file.ts';
import { type DecisionReport, decisionReport, signedBySomeKey, strangeKeys, unpublished } from './decision-report.ts';
import { denialsIn } from './denials.ts';
import { deployedPoliciesIn } from './deployed-policies.ts';
import { fromTheFuture } from './from-the-future.ts';
import { lineStopsIn } from './line-stops.ts';
import { type Demands, type MissingProof, missingProofs } from './missing-proofs.ts';
import { type RecordedReport, recordedIn, rowsProblems } from './recorded-rows.ts';
import { type RenewalReport, renewalReport, unprovedRenewals } from './renewal-report.ts';
import { replayProblems } from './replay-events.ts';
import { signingIn } from './signing.ts';

export type LedgerReport = {
  readonly events: number;
  /** How many of them were read from bundles, because their own objects were removed after their retention. */
  readonly fromBundles: number;
  /** The chains in the order of their models; `covered` counts the events that a checkpoint commits to. */
  readonly chains: readonly {
    readonly model: string;
    readonly length: number;
    readonly covered: number;
    readonly head: Sha256;
  }[];
  readonly checkpoints: readonly {
    readonly key: string;
    readonly origin: string;
    readonly size: number;
    readonly root: Sha256;
  }[];
  /** Keys of events that no checkpoint commits to yet. */
  readonly notYetCovered: readonly string[];
  /** The instant of the newest event that a checkpoint commits to; empty if there is none. */
  readonly coveredUntil: Instant | '';
  /** Which decisions are signed, and by which keys. */
  readonly decisions: DecisionReport;
  /** Which renewals of approvals are signed. */
  readonly renewals: RenewalReport;
  /** Of how many covered events the ledger has what they wrote. */
  readonly rows: RecordedReport;
  /** What is wrong with the files. The first problem is the one closest to the cause. */
  readonly problems: readonly Problem[];
  /** What the files do not prove. The ledger holds if and only if both lists are empty. */
  readonly missingProofs: readonly MissingProof[];
};

type Chain = { readonly model: string; readonly files: readonly EventFile[] };

/**
 * Establishes that nothing in a ledger was changed, dropped, added or reordered since the checkpoints were signed, as
 * far as they cover it; that they cover what the auditor demands; that the chains are intact beyond them too; and that
 * every event was allowed by the rules.
 */
export const verifyLedger = async (
  files: Iterable<LedgerFile> | AsyncIterable<LedgerFile>,
  demands: Demands = {},
): Promise<LedgerReport> => {
  const { events: found, bundles, rows, checkpoints, problems: unreadable } = await readFiles(files);
  const unsigned = signatureProblems(checkpoints, demands.logPublicKeyPem);
  const log = joinLog(bundles, checkpoints, new Set(unsigned.map(({ key }) => key)));
  const removed = removedEvents(log, found, demands.removedBefore);
  const events = [...found, ...removed].sort(byKey);
  const chains = chainsOf(events);
  const covered = new Map(log.entries.slice(0, log.attested).map(({ event, index }) => [placeOf(event), index]));
  const notYetCovered = events.filter(({ event }) => !covered.has(placeOf(event)));
  const inOrder = chains.flatMap(({ files: chain }) => chain);
  const inAll = inOrder.map(({ event }) => event);
  const signing = signingIn({
    events: inAll,
    positionOf: (event) => covered.get(placeOf(event)) ?? Number.POSITIVE_INFINITY,
    coveredAt: (position) => bundleEnd(log, position),
  });
  const toldElsewhere = {
    signing,
    denials: denialsIn(inAll, signing),
    lineStops: lineStopsIn(inAll),
    deployedPolicies: deployedPoliciesIn(inAll, rows, log.origin),
  };
  const decisions = decisionReport(inOrder, signing);
  const renewals = renewalReport(inOrder, signing.attestations);
  return {
    events: events.length,
    fromBundles: removed.length,
    chains: chains.map(({ model, files: chain }) => ({
      model,
      length: chain.length,
      covered: chain.filter(({ event }) => covered.has(placeOf(event))).length,
      head: chain.reduce((_, { hash }) => hash, GENESIS.hash),
    })),
    checkpoints: checkpoints.map(({ key, checkpoint }) => ({ key, ...checkpoint })),
    notYetCovered: notYetCovered.map(({ key }) => key),
    coveredUntil: coveredUntil(log) ?? '',
    decisions,
    renewals,
    rows: recordedIn(log.entries.slice(0, log.attested)),
    problems: [
      ...unreadable,
      ...unsigned,
      ...differenceProblems(log, events, new Set(unreadable.map(({ key }) => key))),
      ...log.problems,
      ...rowsProblems(log, rows).filter(({ key }) => !unreadable.some((file) => file.key === key)),
      ...chains.flatMap(linkProblems),
      ...fromTheFuture(inOrder, demands.now),
      ...strangeKeys(inOrder, demands.decisionKeysPem),
      ...chains.flatMap(({ files: chain }) => replayProblems(chain, toldElsewhere)),
    ],
    missingProofs: [
      ...missingProofs(log, notYetCovered, demands),
      ...unpublished(signing, demands),
      ...signedBySomeKey(decisions),
      ...unprovedRenewals(renewals),
    ],
  };
};

const readFiles = async (files: Iterable<LedgerFile> | AsyncIterable<LedgerFile>) => {
  const events: EventFile[] = [];
  const bundles: BundleFile[] = [];
  const rows: RowsFile[] = [];
  const checkpoints: CheckpointFile[] = [];
  const problems: Problem[] = [];
  for await (const file of files) {
    const read = readLedgerFile(file);
    if ('why' in read) problems.push(read);
    else if (read.kind === 'event') events.push(read);
    else if (read.kind === 'bundle') bundles.push(read);
    else if (read.kind === 'rows') rows.push(read);
    else checkpoints.push(read);
  }
  for (const list of [events, bundles, rows, checkpoints, problems]) list.sort(byKey);
  return { events, bundles, rows, checkpoints, problems };
};

/**
 * The events before an instant whose objects are not there: the bytes of those that a checkpoint covers are in their bundles, and
 * prove as much.
 */
const removedEvents = (log: Log, found: readonly EventFile[], before: Instant | undefined): EventFile[] => {
  if (before === undefined) return [];
  const there = new Set(found.map(({ key }) => key));
  return log.entries
    .slice(0, log.attested)
    .map(({ event, hash }) => ({ kind: 'event' as const, key: eventKey(event), event, hash }))
    .filter(({ key, event }) => event.timestamp < before && !there.has(key));
};

/** Identifies an event by its place in its chain. */
const placeOf = ({ model, seq }: EventFile['event']): string => `${model}/${seq}`;

/**
 * Compares each entry of the log with its event file. If they differ and a checkpoint covers the entry, the file is
 * wrong. If none does, bundle and file are equally untrusted, and the problem names both.
 */
const differenceProblems = (log: Log, events: readonly EventFile[], unreadable: ReadonlySet<string>): Problem[] => {
  const files = new Map(events.map((file) => [placeOf(file.event), file]));
  return log.entries.flatMap(({ event, hash, index, bundleKey }): Problem[] => {
    const file = files.get(placeOf(event));
    const key = file?.key ?? eventKey(event);
    if (file?.hash === hash || unreadable.has(key)) return [];
    const difference = file === undefined ? 'is missing' : 'has different bytes';
    return index < log.attested
      ? [{ key, why: `${difference}: it is entry ${index} of the log, in ${bundleKey}, which a checkpoint covers` }]
      : [{ key: bundleKey, why: `entry ${index} differs from ${key}, which ${difference}` }];
  });
};

const chainsOf = (events: readonly EventFile[]): Chain[] => {
  const byModel = Map.groupBy(events, ({ event }) => event.model);
  return [...byModel].map(([model, files]) => ({ model, files: files.toSorted((a, b) => a.event.seq - b.event.seq) }));
};

/** Establishes that a chain counts from 1 without gaps, that each event names the one before, and time never runs back. */
const linkProblems = ({ model, files }: Chain): Problem[] => {
  const problems: Problem[] = [];
  let last: { key: string; seq: number; hash: Sha256; timestamp: Instant } = { key: 'the genesis', ...GENESIS };
  for (const { key, event, hash } of files) {
    if (event.seq <= last.seq) {
      problems.push({ key, why: `is a second event ${event.seq} of ${model}, beside ${last.key}` });
      continue;
    }
    if (event.seq > last.seq + 1) {
      problems.push({ key, why: `follows event ${last.seq} of ${model}: event ${last.seq + 1} is missing` });
    } else if (event.prev !== last.hash) {
      problems.push({ key, why: `names ${event.prev} as the event before it, but ${last.key} has ${last.hash}` });
    }
    if (event.timestamp < last.timestamp) {
      problems.push({ key, why: `is of ${event.timestamp}, before ${last.key} of ${last.timestamp}` });
    }
    last = { key, seq: event.seq, hash, timestamp: event.timestamp };
  }
  return problems;
};

const byKey = (a: { readonly key: string }, b: { readonly key: string }): number =>
  a.key < b.key ? -1 : Number(a.key > b.key);
