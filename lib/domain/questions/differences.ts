import { type DiffSection, diffReleases, type ReleaseDifference, type ReleaseFacts } from './diff-releases.ts';

/** One difference between a candidate and the live release. */
export type Difference = {
  readonly section: DiffSection;
  readonly subject: string;
  readonly live: string;
  readonly candidate: string;
};

/**
 * Every governed difference between the candidate and the live release: what they are made of, state, and were measured
 * at.
 */
export const differencesToLive = (live: ReleaseFacts, candidate: ReleaseFacts): Difference[] =>
  diffReleases(live, candidate)
    .filter(isForApprovers)
    .map(({ section, subject, before, after, delta }) => ({
      section,
      subject: PREFIXED.includes(section) ? `${section}.${subject}` : subject,
      live: before,
      candidate: delta === undefined ? after : `${after} (${delta})`,
    }));

/**
 * Leaves out who approved the live release, which is no property of the candidate, and where files lie, which says less
 * than their digests. Where captured data go is no such place: no digest stands for it.
 */
const isForApprovers = ({ section, subject }: ReleaseDifference): boolean =>
  section !== 'approvals' && !((section === 'fields' || section === 'serving') && isPlaceOfFile(subject));

const PREFIXED: readonly DiffSection[] = ['serving', 'card', 'policy'];

const isPlaceOfFile = (subject: string): boolean =>
  PLACE.test(subject) && subject !== 'data_capture.destination_s3_uri' && !NAMED_BY_OTHERS.test(subject);

/** A variable that somebody calls `hook_uri` is no place of a file either. */
const NAMED_BY_OTHERS = /^(environment|tags)\./;
const PLACE = /(^|[._])(uri|arn)$|^release_id$|^further_evidence\./;
