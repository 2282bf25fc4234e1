import { rowIdOf } from '../../evidence/predictions/reference.ts';
import type { ManifestRecord } from '../../release/manifest-record.ts';
import { defineCheck } from '../check.ts';
import { finding, judgeRead, notProvided, sayUnless, sentences } from '../finding.ts';
import type { LiveRelease } from '../live-release.ts';
import { predictionProblems } from '../measured-on.ts';
import { behaviourParameters, judgeChanges, whyNotComparable } from './judge-behaviour.ts';

/**
 * Establishes that the release decides as the one in production does, on the same rows, save for a share of the
 * decisions that is allowed to change: of all of them, and of those about each group.
 */
export const behaviourChangeWithinThreshold = defineCheck({
  name: 'behaviour_change_within_threshold',
  stage: 'bias_and_fairness',
  knownBy: 'counted',
  reads: ['manifest', 'evaluationReport', 'liveRelease', 'behaviour'],
  parameters: behaviourParameters,
  judge: (evidence, asked) => {
    const threshold = `at most ${asked.maximum_changed} of all decisions changed, and ${asked.maximum_changed_in_group} of those about any group`;
    const { liveRelease: live, behaviour, evaluationReport, manifest } = evidence;
    if (live === undefined) {
      const passed = finding(
        'passed',
        'nothing in production',
        threshold,
        'No release is in production to compare with.',
      );
      return { ...passed, evidenceSha256: '' };
    }
    if (behaviour.kind === 'absent') {
      return { ...notProvided(threshold, sentences(withoutRowId(manifest, live))), evidenceSha256: '' };
    }
    return judgeRead(behaviour, 'tables of predictions', threshold, (counts, predictionsSha256) => {
      const subject = judgeRead(evaluationReport, 'evaluation report', threshold, (report) => {
        const wrong = predictionProblems({ report, predictionsSha256, rows: counts.rows.now, manifest });
        return finding(wrong.length === 0 ? 'passed' : 'failed', 'other predictions', threshold, sentences(wrong));
      });
      if (subject.status !== 'passed') return subject;
      const to = { ...asked, threshold, live: live.releaseId };
      return whyNotComparable(counts, to) ?? judgeChanges(counts, to);
    });
  },
});

/** Which of the two manifests does not say which column tells rows apart. */
const withoutRowId = ({ predictions }: ManifestRecord, { releaseId, predictions: former }: LiveRelease): string[] => [
  ...sayUnless(rowIdOf(predictions) !== undefined, 'The manifest has no predictions.columns.row_id.'),
  ...sayUnless(
    former !== undefined && rowIdOf(former.reference) !== undefined,
    `The manifest of ${releaseId}, which is in production, has no predictions.columns.row_id, so no release can be compared with it row by row.`,
  ),
];
