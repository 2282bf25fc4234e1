/** Judges what a manifest of the archive says of evidence, records and attestations against what the log says that there is. */
import type { Instant } from '../identifiers.ts';
import { DAY_MS, millisecondsOf } from '../instant.ts';
import type { AuditEvent } from '../ledger/event.ts';
import type { Problem } from '../ledger/ledger-file.ts';
import { pinnedEvidence } from '../ledger/pinned-evidence.ts';
import { type ArchiveManifest, heldModels, isOverdue, type KeptObject } from './archive.ts';

/** What an event says that is kept: a file by its digest, or a record or an attestation by its key. */
type Named = { readonly name: string; readonly what: string; readonly event: AuditEvent };

/** A record or an attestation. Other references name what lies in buckets of others. */
const SIGNED = /^s3:\/\/[^/]+\/((?:records|attestations)\/.+)$/;

/**
 * Everything that the log names is there and locked, for these days if they are asked for, and held if its model is. Nothing if the
 * buckets were not listed.
 */
export const keptProblems = (
  { kept, taken_at: takenAt }: ArchiveManifest,
  events: readonly AuditEvent[],
  days: number | undefined,
): Problem[] => {
  if (kept === undefined) return [];
  const named = events.flatMap(namedBy);
  const there = new Set(kept.flatMap(({ key, sha256 }) => [key, sha256]));
  const demands = holdsOf(named, events);
  return [
    ...[...new Map(named.map((one) => [one.name, one])).values()]
      .filter(({ name }) => !there.has(name))
      .map(({ name, what, event }) => ({
        key: name,
        why: `is missing: ${what}, by event ${event.seq} of ${event.model}`,
      })),
    ...kept.flatMap((object) =>
      lockProblems(object, days, takenAt, demands).map((why) => ({ key: `${object.bucket}/${object.key}`, why })),
    ),
  ];
};

const namedBy = (event: AuditEvent): Named[] => [
  ...(event.event_type === 'evidence_pinned'
    ? pinnedEvidence(event.details).map(([file, sha256]) => ({ name: sha256, what: `evidence ${file}`, event }))
    : []),
  ...event.evidence_refs.flatMap((uri) => {
    const name = SIGNED.exec(uri)?.[1];
    return name === undefined ? [] : [{ name, what: 'a record or an attestation', event }];
  }),
];

type Hold = { readonly model: string; readonly from: Instant };

/** What a held model has must be held, too, from when it was named or the model was held. */
const holdsOf = (named: readonly Named[], events: readonly AuditEvent[]): Map<string, Hold> => {
  const models = heldModels(events);
  return new Map(
    named.flatMap(({ name, event: { model, timestamp } }): [string, Hold][] => {
      const since = models.get(model);
      return since === undefined ? [] : [[name, { model, from: since > timestamp ? since : timestamp }]];
    }),
  );
};

const lockProblems = (
  { key, sha256, written_at: writtenAt, retain_until: until, legal_hold: isHeld }: KeptObject,
  days: number | undefined,
  takenAt: Instant,
  holds: ReadonlyMap<string, Hold>,
): string[] => {
  const hold = holds.get(key) ?? holds.get(sha256);
  return [
    ...(until === '' && !isHeld ? ['is not locked'] : []),
    ...(hold !== undefined && !isHeld && isOverdue(hold.from, takenAt)
      ? [`has no legal hold, though ${hold.model} is held`]
      : []),
    ...(days !== undefined && until !== '' && millisecondsOf(until) < millisecondsOf(writtenAt) + days * DAY_MS
      ? [`is locked until ${until}, which is less than ${days} days`]
      : []),
  ];
};
