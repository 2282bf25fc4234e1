import type { Rollback } from '../records/rollback.ts';
import type { Reason, Release } from '../release/release.ts';

/** Why a release is none that this rollback may go back to, by what it says itself: not every role that names one may write it. */
export const fallbackReasons = ({ modelName }: Pick<Rollback, 'modelName'>, fallback: Release): Reason[] => {
  const { releaseId, state, recordSha256 } = fallback;
  const problems: [string, string | false][] = [
    ['fallback', fallback.modelName !== modelName && `${releaseId} is a release of ${fallback.modelName}`],
    ['fallback', state !== 'superseded' && `${releaseId} is ${state}, not superseded`],
    ['governance_record', recordSha256 === undefined && `${releaseId} has no governance record`],
  ];
  return problems.flatMap(([rule, explanation]) =>
    explanation === false ? [] : [{ rule, evidence: '', explanation }],
  );
};
