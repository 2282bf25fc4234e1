/** What `assay audit verify` says of a ledger: its chains, how far signatures cover them, by which key, and the verdicts. */
import type { MissingProof } from '../../domain/audit/missing-proofs.ts';
import type { LedgerReport } from '../../domain/audit/verify.ts';
import type { Problem } from '../../domain/ledger/ledger-file.ts';
import { columns, count, plain } from './text.ts';

/** The public key that the signatures were checked with: which one it is, and where it came from. */
export type UsedKey = { readonly fingerprint: string; readonly from: string; readonly isFromCopy: boolean };

const MISSING: Readonly<Record<MissingProof['proof'], string>> = {
  signed_checkpoint: 'no signed checkpoint',
  kept_checkpoint: 'an earlier checkpoint is not contained',
  recent_event: 'the log is older than you ask',
  covered_tail: 'the end is not covered',
  decision_key: 'a decision key is not published',
  renewal_proof: 'a renewal is not proved',
};

/** A longer list would tell the reader nothing new. */
const LISTED_PROBLEMS = 20;

export const ledgerAccount = (report: LedgerReport, key: UsedKey | undefined): string =>
  [
    columns(
      ['chain', 'events', 'covered', 'head'],
      report.chains.map(({ model, length, covered, head }) => [model, length, covered, head]),
    ),
    '',
    ...checkpointsOf(report),
    ...(report.notYetCovered.length > 0
      ? [`${count(report.notYetCovered.length, 'event')} not yet covered by a checkpoint`]
      : []),
    ...(report.fromBundles > 0
      ? [`${count(report.fromBundles, 'event')} read from bundles: their own objects were removed`]
      : []),
    keyLine(key),
    ...decisionLines(report.decisions),
    ...renewalLines(report.renewals),
    ...rowsLines(report.rows),
    '',
    ...(report.problems.length + report.missingProofs.length === 0
      ? ['ok: the ledger holds']
      : [...verdictOf(report.problems), ...missingOf(report.missingProofs)]),
  ].join('\n');

const checkpointsOf = ({ checkpoints, coveredUntil }: LedgerReport): string[] => {
  const newest = checkpoints.at(-1);
  if (newest === undefined)
    return ['no checkpoint: nothing proves that no event was changed, or is missing at the end'];
  return [
    `${count(checkpoints.length, 'checkpoint')} of ${newest.origin}`,
    `the newest covers ${count(newest.size, 'event')}, root hash ${newest.root}`,
    `the newest covered event is of ${coveredUntil || 'no instant: none is covered'}`,
  ];
};

const keyLine = (key: UsedKey | undefined): string => {
  if (key === undefined) return 'SIGNATURES NOT CHECKED: no key';
  const from = key.isFromCopy ? 'from the copy itself: says nothing about who signed' : `from ${plain(key.from)}`;
  return `signatures checked with key sha256:${key.fingerprint}, ${from}`;
};

const decisionLines = ({ signed, beforeSigning, keys }: LedgerReport['decisions']): string[] => [
  ...(signed + beforeSigning.length === 0
    ? []
    : [
        `${count(signed, 'decision')} signed${beforeSigning.length === 0 ? '' : `, ${beforeSigning.length} unsigned, before signing`}`,
      ]),
  ...keys.map(
    ({ fingerprint, publishedAt }) => `decision key sha256:${fingerprint}, published by the log at ${publishedAt}`,
  ),
];

const renewalLines = ({ signed, unproved }: LedgerReport['renewals']): string[] =>
  signed + unproved.length === 0
    ? []
    : [`${count(signed, 'renewal')} signed${unproved.length === 0 ? '' : `, ${unproved.length} not proved`}`];

/** A ledger of a former version alone says nothing of rows, and there is nothing to say of that. */
const rowsLines = ({ recorded, unrecorded }: LedgerReport['rows']): string[] =>
  recorded === 0
    ? []
    : [
        `${count(recorded, 'event')} with the rows they wrote${unrecorded === 0 ? '' : `, ${unrecorded} of versions that recorded none`}`,
      ];

const missingOf = (missing: readonly MissingProof[]): string[] =>
  missing.map(({ proof, why }) => `NOT OK: ${MISSING[proof]}: ${plain(why)}`);

const verdictOf = (problems: readonly Problem[]): string[] => {
  const [first, ...others] = problems;
  if (first === undefined) return [];
  const listed = others.slice(0, LISTED_PROBLEMS);
  return [
    'NOT OK: the ledger does not hold',
    `first bad key: ${plain(first.key)}`,
    `why: ${plain(first.why)}`,
    ...(listed.length > 0
      ? [
          '',
          columns(
            ['also', ''],
            listed.map(({ key, why }) => [key, why]),
          ),
        ]
      : []),
    ...(others.length > listed.length ? [`and ${others.length - listed.length} more`] : []),
  ];
};
