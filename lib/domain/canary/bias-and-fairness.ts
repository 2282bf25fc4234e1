/** Each good table stands exactly on the threshold, and the bad one is a single row beyond it. */

import { BIAS_AND_FAIRNESS } from '../checks/bias-and-fairness/checks.ts';
import type { LiveRelease } from '../checks/live-release.ts';
import { ReleaseId } from '../identifiers.ts';
import { sha256 } from '../signing/canonical-json.ts';
import type { CanaryCase, CanaryRelease, StageCanaries } from './canary.ts';
import { fileOf, manifestOf, releaseWith, reportOn } from './canary-release.ts';
import { type AlikeRows, rowsIn, tableOf } from './canary-table.ts';

/** So many of the 50 deserving and of the 50 others get the favorable answer. */
const group = (race: string, deserving: number, others: number): AlikeRows[] => [
  { race, label: '1', prediction: '1', rows: deserving },
  { race, label: '1', prediction: '0', rows: 50 - deserving },
  { race, label: '0', prediction: '1', rows: others },
  { race, label: '0', prediction: '0', rows: 50 - others },
];

const releaseOf = (groups: readonly AlikeRows[], more: Partial<CanaryRelease> = {}): CanaryRelease => {
  const predictions = tableOf(groups);
  return releaseWith({ predictions, evaluation_report: reportOn(predictions, rowsIn(groups)) }, more);
};

const onGroups = (
  good: readonly AlikeRows[],
  bad: readonly AlikeRows[],
  parameters: CanaryCase['parameters'] = {},
  more: Partial<CanaryRelease> = {},
): CanaryCase => ({ parameters, good: releaseOf(good, more), bad: releaseOf(bad, more) });

const FORMER = [...group('a', 45, 45), ...group('b', 35, 35)];
const FORMER_TABLE = fileOf(tableOf(FORMER));

const LIVE: LiveRelease = {
  releaseId: ReleaseId.parse('canary-0.9.0'),
  modelVersion: '0.9.0',
  state: 'production',
  artifactSha256: sha256('the former artifact'),
  hasRecord: true,
  approvedUntil: '',
  outcomes: {
    entity: 'outcomes',
    version: 1,
    releaseId: ReleaseId.parse('canary-0.9.0'),
    predictionsSha256: sha256(FORMER_TABLE),
    groups: [
      { attribute: 'race', value: 'a', count: 100, favorable: 90 },
      { attribute: 'race', value: 'b', count: 100, favorable: 70 },
    ],
  },
  predictions: {
    reference: manifestOf().predictions,
    sha256: sha256(FORMER_TABLE),
    sizeBytes: FORMER_TABLE.length,
  },
};
const BESIDE_LIVE = { facts: { liveRelease: async () => LIVE }, otherFiles: [FORMER_TABLE] };

const clarify = (difference: number) =>
  releaseWith({
    bias_report: {
      post_training_bias_metrics: {
        label: 'label',
        label_value_or_threshold: '1',
        facets: {
          race: [
            {
              value_or_threshold: 'b',
              metrics: Object.entries({ DPPL: difference, DI: 0.9, RD: 0, SD: 0 }).map(([name, value]) => ({
                name,
                value,
              })),
            },
          ],
        },
      },
    },
  });

export const BIAS_AND_FAIRNESS_CANARIES: StageCanaries = {
  known: BIAS_AND_FAIRNESS,
  cases: {
    // 90 of 100 against 70 of 100 is a difference of 0.20.
    demographic_parity_within_threshold: onGroups(
      [...group('a', 45, 45), ...group('b', 35, 35)],
      [...group('a', 45, 45), ...group('b', 35, 34)],
      { maximum: '0.20' },
    ),
    // 40 of 50 against 30 of 50 is a difference of 0.20.
    equalised_odds_within_threshold: onGroups(
      [...group('a', 40, 10), ...group('b', 30, 10)],
      [...group('a', 40, 10), ...group('b', 29, 10)],
      { maximum: '0.20' },
    ),
    // 64 of 100 against 80 of 100 is a ratio of 0.80.
    disparate_impact_ratio_above_minimum: onGroups(
      [...group('a', 40, 40), ...group('b', 32, 32)],
      [...group('a', 40, 40), ...group('b', 32, 31)],
      { minimum: '0.80' },
    ),
    // 85 of 100 against the 90 of 100 in production is a drop of 0.05.
    sensitive_subgroup_not_regressed: onGroups(
      [...group('a', 43, 42), ...group('b', 35, 35)],
      [...group('a', 42, 42), ...group('b', 35, 35)],
      { maximum_drop: '0.05' },
      BESIDE_LIVE,
    ),
    // Of 200 decisions, 10 other ones are 0.05.
    behaviour_change_within_threshold: onGroups(
      [...group('a', 40, 40), ...group('b', 35, 35)],
      [...group('a', 40, 39), ...group('b', 35, 35)],
      { maximum_changed: '0.05', maximum_changed_in_group: '1' },
      BESIDE_LIVE,
    ),
    reported_bias_within_threshold: {
      parameters: { maximum_demographic_parity: '0.20' },
      good: clarify(0.2),
      bad: clarify(0.21),
    },
  },
};
