import type { Release } from '../release/release.ts';
import { servingSha256 } from '../release/serving-specification.ts';
import type { RecordReport } from './verify-record.ts';

/** The first version of a record whose decisions are signed. */
const SIGNED_SINCE = 3;

/**
 * Why a verified record does not stand for a release; empty if it does. It must be about this release, its artifact, its
 * evidence and what people approved to serve. Decisions without signatures count in records of versions that had none.
 */
export const recordProblems = (release: Release, { record, problems }: RecordReport): string[] => {
  if (record === undefined) return [...problems];
  const { releaseId, pinned, evidenceDigest, serving } = release;
  const expected: [string, unknown, unknown][] = [
    ['release_id', record.release_id, releaseId],
    ['model_hash', record.model_hash, pinned?.artifactSha256],
    ['evidence_digest', record.evidence_digest, evidenceDigest],
    ...('serving_sha256' in record
      ? [
          ['serving_sha256', record.serving_sha256, serving && servingSha256(serving)] satisfies [
            string,
            unknown,
            unknown,
          ],
        ]
      : []),
  ];
  const isSigned = record.schema_version >= SIGNED_SINCE;
  return [
    ...problems.filter((problem) => isSigned || !problem.startsWith('the decision of ')),
    ...expected.flatMap(([name, said, is]) => (said === is ? [] : [`its ${name} is not that of the release`])),
  ];
};
