import { isSameColumn } from '../../evidence/predictions/column-names.ts';
import { rowIdOf } from '../../evidence/predictions/reference.ts';
import type { ManifestRecord } from '../../release/manifest-record.ts';
import { defineCheck, type UsedCheck } from '../check.ts';
import { finding, judgeRead, listed, notProvided, sayUnless, sentences } from '../finding.ts';
import type { LiveRelease } from '../live-release.ts';
import { predictionProblems } from '../measured-on.ts';
import { type BehaviourParameters, behaviourParameters } from './behaviour-parameters.ts';
import { whyNotComparable } from './comparable-rows.ts';
import { judgeChanges } from './judge-behaviour.ts';

const NAME = 'behaviour_change_within_threshold';

/**
 * Establishes that the release decides as the one in production does, on the same rows, save for a share of the
 * decisions that is allowed to change: of all of them, and of those about each group.
 */
export const behaviourChangeWithinThreshold = defineCheck({
  name: NAME,
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
    const absent = withoutAttributes(manifest, live, asked);
    if (absent.length > 0) {
      const explanation = `The policy asks for groups by ${listed(absent)}. Add the column to the predictions and to predictions.protected_attributes of the manifest.`;
      return { ...notProvided(threshold, explanation), evidenceSha256: '' };
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

/** The attributes that the policy requires and neither of the two manifests names. */
const withoutAttributes = (
  { predictions }: ManifestRecord,
  { predictions: former }: LiveRelease,
  { required_attributes = [] }: BehaviourParameters,
): string[] => {
  const named = [...predictions.protected_attributes, ...(former?.reference.protected_attributes ?? [])];
  return required_attributes.filter((name) => !named.some((other) => isSameColumn(other, name)));
};

/** The columns that the policy requires rows to have alike: they are read with the two tables. */
export const requiredColumnsOf = (used: readonly UsedCheck[]): readonly string[] =>
  used
    .filter(({ name }) => name === NAME)
    .flatMap(({ parameters }) => behaviourParameters.parse(parameters).required_columns ?? []);
