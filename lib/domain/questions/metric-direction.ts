/** What is known of a metric by its name: which way is better, and how far it may be from the true one. */
import { rateError } from '../evidence/fairness/intervals.ts';

/** Where a number is best: the higher or the lower it is, at zero, at one; undefined if nothing says so. */
export type Direction = 'higher' | 'lower' | 'at zero' | 'at one' | undefined;

/** Names as scikit-learn, SageMaker Model Monitor and MLflow write them. Only a whole name says something: a drop of accuracy is no accuracy. */
const LOWER = [
  ...['error_rate', 'misclassification_rate', 'log_loss', 'logloss', 'cross_entropy', 'loss', 'brier_score', 'brier'],
  ...['mse', 'rmse', 'mae', 'mape', 'mean_squared_error', 'root_mean_squared_error', 'mean_absolute_error'],
  ...['mean_absolute_percentage_error', 'ece', 'expected_calibration_error', 'fpr', 'fnr'],
  ...['false_positive_rate', 'false_negative_rate', 'cost', 'latency', 'perplexity', 'toxicity'],
];
const HIGHER = [
  ...['accuracy', 'auc', 'auroc', 'auprc', 'pr_auc', 'roc_auc', 'average_precision', 'precision', 'recall'],
  ...['sensitivity', 'specificity', 'tpr', 'tnr', 'true_positive_rate', 'true_negative_rate', 'f1', 'f1_score', 'f2'],
  ...['f0_5', 'fbeta', 'fbeta_score', 'mcc', 'matthews_corrcoef', 'kappa', 'cohen_kappa', 'r2', 'r2_score', 'ndcg'],
];
/** Some tools give these a sign, or the ratio of one side to the other: then more may be as bad as less. */
const AT_ZERO = [
  ...['demographic_parity_difference', 'equalized_odds_difference', 'equalised_odds_difference'],
  'equal_opportunity_difference',
];
const AT_ONE = ['disparate_impact_ratio', 'demographic_parity_ratio', 'equalized_odds_ratio', 'equalised_odds_ratio'];

/** Which data, and how classes are averaged, changes nothing about which way is better. */
const QUALIFIERS =
  /^(p\d+|test|val|validation|eval|holdout|balanced|macro|micro|weighted|mean|avg)_|_(macro|micro|weighted|ms|per_[a-z]+)$/;

const plain = (name: string): string => {
  const words = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  const shorter = words.replace(QUALIFIERS, '');
  return shorter === words ? words : plain(shorter);
};

const KNOWN = new Map<string, Direction>([
  ...LOWER.map((name) => [plain(name), 'lower'] as const),
  ...HIGHER.map((name) => [plain(name), 'higher'] as const),
  ...AT_ZERO.map((name) => [plain(name), 'at zero'] as const),
  ...AT_ONE.map((name) => [plain(name), 'at one'] as const),
]);

/** Undefined if the name does not say: a selection rate is neither good nor bad by being higher. */
export const directionOf = (metric: string): Direction => KNOWN.get(plain(metric));

export type Effect = 'better' | 'worse' | 'other';

export const effectOf = (direction: Direction, before: number, after: number): Effect => {
  if (direction === undefined) return 'other';
  const [was, is] = [GOODNESS[direction](before), GOODNESS[direction](after)];
  return is === was ? 'other' : is > was ? 'better' : 'worse';
};

const GOODNESS: Readonly<Record<NonNullable<Direction>, (value: number) => number>> = {
  higher: (value) => value,
  lower: (value) => -value,
  'at zero': (value) => -Math.abs(value),
  'at one': (value) => -Math.abs(Math.log(Math.max(0, value))),
};

/** The labelled rows of a table: those that deserved the favorable outcome, and those that did not. */
export type RowsByKind = { readonly deserving: number; readonly undeserving: number };

/**
 * The standard error of a metric, if it was taken over these rows; undefined of most. What asks which class is the positive
 * one is not among them: a recall may be that of the unfavorable outcome, and its report does not say.
 */
export const metricError = (metric: string, value: number, rows: RowsByKind | undefined): number | undefined => {
  if (rows === undefined || value < 0 || value > 1) return undefined;
  if (/^(auc|roc_auc|auroc)$/.test(metric.toLowerCase())) return aucError(value, rows);
  const all = rows.deserving + rows.undeserving;
  return all === 0 || !/^(accuracy|error_rate)$/.test(metric.toLowerCase())
    ? undefined
    : rateError({ rate: value, rows: all });
};

/** Hanley and McNeil, Radiology 143 (1982). */
const aucError = (auc: number, { deserving: m, undeserving: n }: RowsByKind): number | undefined => {
  if (m === 0 || n === 0) return undefined;
  const [q1, q2] = [auc / (2 - auc), (2 * auc * auc) / (1 + auc)];
  return Math.sqrt((auc * (1 - auc) + (m - 1) * (q1 - auc * auc) + (n - 1) * (q2 - auc * auc)) / (m * n));
};
