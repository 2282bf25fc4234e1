/** An evaluation report that is computed from the predictions: every number in it is counted, or was given. */

import { toWrite } from '../../unwritten.ts';
import { fairnessReport, type GroupReport } from '../fairness/fairness-report.ts';
import { MINIMUM_ROWS } from '../fairness/rates.ts';
import { type Fraction, fraction, toDecimal } from '../predictions/fraction.ts';
import { accuracyOf, type ModelOutputs, rowsOf } from '../predictions/model-outputs.ts';
import type { OutcomeCounts } from '../predictions/predictions.ts';
import { isSameValue } from '../predictions/same-value.ts';

/** What the report is about, as far as the table does not say. */
export type Evaluated = {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly artifactSha256: string;
  readonly predictionsSha256: string;
  readonly dataset: { readonly name: string; readonly sha256: string; readonly rows: number };
  readonly threshold: number;
  readonly features?: readonly string[] | undefined;
  readonly splitMethod?: string | undefined;
};

/** What was counted in the table. */
export type Counted = {
  readonly favorable: string;
  readonly counts: OutcomeCounts;
  readonly outputs: ModelOutputs;
  readonly areaUnderCurve: Fraction | undefined;
};

const PLACES = 6;

export const draftEvaluationReport = (evaluated: Evaluated, counted: Counted) => {
  const byAttribute = fairnessReport(counted.counts, MINIMUM_ROWS).filter(({ attribute }) =>
    counted.counts.attributes.includes(attribute),
  );
  return {
    schema_version: 1,
    model_name: evaluated.modelName,
    model_version: evaluated.modelVersion,
    artifact_sha256: evaluated.artifactSha256,
    predictions_sha256: evaluated.predictionsSha256,
    dataset: evaluated.dataset,
    test_split: {
      rows: counted.counts.rows,
      method:
        evaluated.splitMethod ??
        toWrite('say how the rows of the predictions were held out from training (assay init --test-split)'),
    },
    features: evaluated.features ?? [toWrite('list the inputs that the model reads (assay init --features)')],
    operating_threshold: evaluated.threshold,
    metrics: metricsOf(counted),
    group_metrics: Object.fromEntries(
      byAttribute.map(({ attribute, groups }) => [
        attribute,
        Object.fromEntries(groups.map((group) => [group.group.value, groupMetrics(group)])),
      ]),
    ),
    fairness: Object.fromEntries(
      byAttribute.map(({ attribute, measures }) => [
        attribute,
        defined(
          Object.entries(measures).map(([name, measure]) => [
            name,
            measure.kind === 'measured' ? measure.value : undefined,
          ]),
        ),
      ]),
    ),
  };
};

/** What cannot be measured is left out, and is never 0. */
const metricsOf = ({ outputs, favorable, areaUnderCurve }: Counted): Record<string, number> => {
  const { correct, labelled } = accuracyOf(outputs.groups);
  const isFavorable = (value: string | null) => value !== null && isSameValue(value, favorable);
  const both = outputs.groups.filter(({ prediction, label }) => prediction !== null && label !== null);
  const favored = both.filter(({ prediction }) => isFavorable(prediction));
  const truly = both.filter(({ label }) => isFavorable(label));
  const right = rowsOf(favored.filter(({ label }) => isFavorable(label)));
  const decided = outputs.groups.filter(({ prediction }) => prediction !== null);
  return defined([
    ['accuracy', fraction(correct, labelled)],
    ['auc', areaUnderCurve],
    ['precision', fraction(right, rowsOf(favored))],
    ['recall', fraction(right, rowsOf(truly))],
    ['f1', fraction(2 * right, rowsOf(favored) + rowsOf(truly))],
    ['selection_rate', fraction(rowsOf(decided.filter((group) => isFavorable(group.prediction))), rowsOf(decided))],
  ]);
};

const groupMetrics = ({ group, rates }: GroupReport): Record<string, number> => ({
  count: group.count,
  ...defined(Object.entries(rates).map(([name, { value }]) => [name, value])),
});

const defined = (measured: readonly (readonly [string, Fraction | undefined])[]): Record<string, number> =>
  Object.fromEntries(
    measured.flatMap(([name, value]) => (value === undefined ? [] : [[name, Number(toDecimal(value, PLACES))]])),
  );
