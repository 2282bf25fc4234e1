/** Judges what a manifest of the archive says of evidence, records and attestations against what the log says that there is. */
import { Instant } from '../identifiers.ts';
import { DAY_MS, HOUR_MS, millisecondsOf } from '../instant.ts';
import type { AuditEvent } from '../ledger/event.ts';
import type { Problem } from '../ledger/ledger-file.ts';
import { pinnedEvidence } from '../ledger/pinned-evidence.ts';
import { digestKey, isRowLevel } from '../release/evidence-copy.ts';
import { type ArchiveManifest, heldModels, isOverdue, type KeptObject } from './archive.ts';

/** What an event says that is kept in the bucket of evidence. */
type Named = {
  /** Where it may lie, first the place where it is written now. */
  readonly places: readonly [string, ...string[]];
  /** When its period ends: of rows that are removed then, by the word of the event. */
  readonly endsAt: Instant | undefined;
  readonly what: string;
  readonly event: AuditEvent;
};

export type KeptDemands = {
  /** For how many days everything but rows must be locked; undefined if that is not asked. */
  readonly days: number | undefined;
  /** For how many days rows must be locked that the deployment removes; undefined if it removes none, which are then locked as everything else. */
  readonly rowsDays: number | undefined;
};

export type KeptJudgement = {
  readonly problems: readonly Problem[];
  /** The rows that are not there any more because their period ended, which is no fault. */
  readonly ended: readonly Problem[];
};

/** A record or an attestation. Other references name what lies in buckets of others. */
const SIGNED = /^s3:\/\/[^/]+\/((?:records|attestations)\/.+)$/;

/** Rows of a release, whatever is between their class and the release. */
const ROWS = /^evidence_rows\/(?:.+\/)?([^/]+\/[^/]+)$/;

/** A lock is counted from before its object is written. */
const WRITTEN_WITHIN_MS = HOUR_MS;

/**
 * Everything that the log names is there, in its own place, and locked, for these days if they are asked for, and held if its model
 * is; but rows may be gone once their period has ended. Nothing if the buckets were not listed.
 */
export const judgeKept = (
  { kept, evidence_bucket: bucket, taken_at: takenAt }: ArchiveManifest,
  events: readonly AuditEvent[],
  { days, rowsDays }: KeptDemands,
): KeptJudgement => {
  if (kept === undefined) return { problems: [], ended: [] };
  const named = events.flatMap(namedBy);
  const isEvidence = (object: KeptObject): boolean => bucket === undefined || object.bucket === bucket;
  const there = new Set(kept.filter(isEvidence).map(({ key }) => placeOf(key)));
  const models = heldModels(events);
  const holds = holdsOf(named, there, models);
  const absent = [...new Map(named.map((one) => [one.places[0], one])).values()].filter(
    ({ places }) => !places.some((place) => there.has(place)),
  );
  const hasEnded = (one: Named): boolean => isOver(one, takenAt, models);
  return {
    problems: [
      ...absent
        .filter((one) => !hasEnded(one))
        .map(({ places, what, event }) => ({
          key: places[0],
          why: `is missing: ${what}, by event ${event.seq} of ${event.model}`,
        })),
      ...kept.flatMap((object) => {
        const needed = object.key.startsWith('evidence_rows/') ? (rowsDays ?? days) : days;
        const hold = isEvidence(object) ? holds.get(placeOf(object.key)) : undefined;
        return lockProblems(object, needed, takenAt, hold).map((why) => ({
          key: `${object.bucket}/${object.key}`,
          why,
        }));
      }),
    ],
    ended: absent.filter(hasEnded).map(({ places, endsAt, what, event }) => ({
      key: places[0],
      why: `ended at ${endsAt}: ${what}, by event ${event.seq} of ${event.model}`,
    })),
  };
};

const namedBy = (event: AuditEvent): Named[] => [
  ...(event.event_type === 'evidence_pinned'
    ? pinnedEvidence(event.details).map(([file, sha256]): Named => {
        const isRows = isRowLevel(file);
        const byDigest = digestKey(sha256);
        // A former version kept rows by their digest alone.
        const places: Named['places'] = isRows ? [rowsPlace(event.release_id, sha256), byDigest] : [byDigest];
        return { places, endsAt: isRows ? endOf(event) : undefined, what: `evidence ${file}`, event };
      })
    : []),
  ...event.evidence_refs.flatMap((uri): Named[] => {
    const key = SIGNED.exec(uri)?.[1];
    return key === undefined ? [] : [{ places: [key], endsAt: undefined, what: 'a record or an attestation', event }];
  }),
];

const rowsPlace = (release: string, sha256: string): string => `evidence_rows/${release}/${sha256}`;

/** The place of an object: its key, and of rows the release and the digest. */
const placeOf = (key: string): string => key.replace(ROWS, 'evidence_rows/$1');

/** Nobody removes what a former version kept beside the documents, nor rows without a period: of neither does the event say an end. */
const endOf = ({ details }: AuditEvent): Instant | undefined => Instant.safeParse(details['rows_kept_until']).data;

/** Whether the period of rows was over when the manifest was taken. A hold that reached them before keeps them. */
const isOver = (
  { endsAt, event: { model } }: Named,
  takenAt: Instant,
  models: ReadonlyMap<string, Instant>,
): boolean => {
  if (endsAt === undefined) return false;
  const since = models.get(model);
  return endsAt < takenAt && !(since !== undefined && isOverdue(since, endsAt));
};

type Hold = { readonly model: string; readonly from: Instant };

/** What a held model has must be held, too, where it is, from when it was named or the model was held. */
const holdsOf = (
  named: readonly Named[],
  there: ReadonlySet<string>,
  models: ReadonlyMap<string, Instant>,
): Map<string, Hold> =>
  new Map(
    named.flatMap(({ places, event: { model, timestamp } }): [string, Hold][] => {
      const since = models.get(model);
      const place = places.find((one) => there.has(one));
      if (since === undefined || place === undefined) return [];
      return [[place, { model, from: since > timestamp ? since : timestamp }]];
    }),
  );

const lockProblems = (
  { written_at: writtenAt, retain_until: until, legal_hold: isHeld }: KeptObject,
  days: number | undefined,
  takenAt: Instant,
  hold: Hold | undefined,
): string[] => [
  ...(until === '' && !isHeld ? ['is not locked'] : []),
  ...(hold !== undefined && !isHeld && isOverdue(hold.from, takenAt)
    ? [`has no legal hold, though ${hold.model} is held`]
    : []),
  ...(days !== undefined &&
  until !== '' &&
  millisecondsOf(until) + WRITTEN_WITHIN_MS < millisecondsOf(writtenAt) + days * DAY_MS
    ? [`is locked until ${until}, which is less than ${days} days`]
    : []),
];
