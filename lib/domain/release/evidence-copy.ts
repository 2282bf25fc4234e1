/** Where the copy of an evidence file lies in the evidence bucket, and until when it is read (docs/formats/evidence-copies.md). */
import type { Instant, ReleaseId, Sha256 } from '../identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../instant.ts';
import { Refusal } from '../refusal.ts';
import type { EvidenceName } from './manifest.ts';

/** Each row of these is about a person: race and sex are among their columns. */
const ROW_LEVEL: readonly string[] = ['predictions', 'perturbed_predictions'] satisfies EvidenceName[];

/** Whether evidence of this name has one row for each person. */
export const isRowLevel = (name: string): boolean => ROW_LEVEL.includes(name);

export type EvidenceCopy = {
  readonly sha256: Sha256;
  /** Absent for documents, and for rows that an earlier version kept: both lie under their digest alone. */
  readonly key?: string | undefined;
  /** When the retention of rows ends that are removed then. Absent if Assay removes none. */
  readonly keptUntil?: Instant | undefined;
};

/** The periods, in days, after which rows may be removed. S3 has a rule for each of them, so none may be taken from the list. */
export const ROWS_PERIODS: readonly number[] = [30, 90, 180, 365, 730, 1095, 1825, 2555];

/** Where rows of a period lie; without one, where those lie that nobody removes. A rule of S3 goes by the place, so it says the period. */
export const rowsPrefix = (days: number | undefined): string =>
  `evidence_rows/${days === undefined ? 'kept' : `${days}d`}/`;

/** The key of rows in their own class. Each release has a copy of its own: one that is shared would end with the first of them. */
export const rowsKey = (days: number | undefined, releaseId: ReleaseId, sha256: Sha256): string =>
  `${rowsPrefix(days)}${releaseId}/${sha256}`;

/** When the period of a release ends. S3 counts from the put, which comes later, and is not repeated: it never keeps rows for less. */
export const rowsKeptUntil = (createdAt: Instant, days: number): Instant => plusMilliseconds(createdAt, days * DAY_MS);

/** The key of a copy that is named by its digest alone. */
export const digestKey = (sha256: string): string => `sha256/${sha256}`;

export const copyKey = ({ sha256, key }: EvidenceCopy): string => key ?? digestKey(sha256);

/**
 * What people are told of rows that are past their retention; undefined of all others. S3 removes such rows in its own time, and nothing
 * reads them meanwhile. It is a period that ended, and no sign of tampering.
 */
export const retentionEnded = ({ sha256, keptUntil }: EvidenceCopy, now: Instant): string | undefined =>
  keptUntil === undefined || keptUntil > now
    ? undefined
    : `the rows ${sha256} were kept until ${keptUntil} and deleted after their period; their digest and what was counted stay on record`;

/** Refuses rows that are past their retention. */
export const assertInRetention = (copy: EvidenceCopy, now: Instant): void => {
  const why = retentionEnded(copy, now);
  if (why !== undefined) throw new Refusal('EvidenceUnreadable', why);
};
