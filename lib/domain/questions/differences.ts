import { diffReleases, type ReleaseDifference, type ReleaseFacts } from './diff-releases.ts';

/** One thing in which a release is not what is live now. */
export type Difference = { readonly subject: string; readonly live: string; readonly candidate: string };

/** Everything governed in which the candidate differs from the live release: what it is made of, says, and was measured. */
export const differencesToLive = (live: ReleaseFacts, candidate: ReleaseFacts): Difference[] =>
  diffReleases(live, candidate)
    .filter(isForApprovers)
    .map(({ section, subject, before, after, delta }) => ({
      subject: section === 'card' || section === 'policy' ? `${section}.${subject}` : subject,
      live: before,
      candidate: delta === undefined ? after : `${after} (${delta})`,
    }));

/** Who approved the live release is no property of the candidate, and where a file lies says less than its digest. */
const isForApprovers = ({ section, subject }: ReleaseDifference): boolean =>
  section !== 'approvals' && !(section === 'fields' && PLACE.test(subject));

const PLACE = /(^|[._])(uri|arn)$|^release_id$|^further_evidence\./;
