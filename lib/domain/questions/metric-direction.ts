/** What is known of a metric by its name: which way is better, and how far it may be from the true one. */
import { rateError } from '../evidence/fairness/intervals.ts';

export type Direction = 'higher' | 'lower' | undefined;

/** Names as scikit-learn, SageMaker Model Monitor and MLflow write them, in lower case without what separates words. */
const LOWER =
  /error|loss|brier|^(r?mse|mae|mape|ece|fpr|fnr)$|false(positive|negative)rate|latency|cost|difference|toxicity|hallucination|perplexity|drift/;
const HIGHER =
  /accuracy|auc|precision|recall|sensitivity|specificity|true(positive|negative)rate|^(tpr|tnr|mcc|kappa|ndcg|r2|r2score|rsquared)$|^f(beta|\d+)(score)?$|matthews|(impact|parity|odds)ratio/;

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Undefined if the name does not say: a selection rate is neither good nor bad by being higher. */
export const directionOf = (metric: string): Direction => {
  const name = plain(metric);
  if (LOWER.test(name)) return 'lower';
  return HIGHER.test(name) ? 'higher' : undefined;
};

/** The labelled rows of a table: those that deserved the favorable outcome, and those that did not. */
export type RowsByKind = { readonly deserving: number; readonly undeserving: number };

/** The standard error of a metric that is a share of known rows; undefined of any other, or without rows. */
export const metricError = (metric: string, value: number, rows: RowsByKind | undefined): number | undefined => {
  if (rows === undefined || value < 0 || value > 1) return undefined;
  const name = plain(metric);
  if (/^(roc)?auc(roc)?$/.test(name)) return aucError(value, rows);
  const over = SHARES.find(({ names }) => names.test(name))?.over(rows);
  return over === undefined || over === 0 ? undefined : rateError({ rate: value, rows: over });
};

const SHARES: readonly { readonly names: RegExp; readonly over: (rows: RowsByKind) => number }[] = [
  { names: /^(accuracy|errorrate)$/, over: ({ deserving, undeserving }) => deserving + undeserving },
  { names: /^(recall|sensitivity|tpr|truepositiverate|fnr|falsenegativerate)$/, over: ({ deserving }) => deserving },
  { names: /^(specificity|tnr|truenegativerate|fpr|falsepositiverate)$/, over: ({ undeserving }) => undeserving },
];

/** Hanley and McNeil, Radiology 143 (1982). */
const aucError = (auc: number, { deserving: m, undeserving: n }: RowsByKind): number | undefined => {
  if (m === 0 || n === 0) return undefined;
  const [q1, q2] = [auc / (2 - auc), (2 * auc * auc) / (1 + auc)];
  return Math.sqrt((auc * (1 - auc) + (m - 1) * (q1 - auc * auc) + (n - 1) * (q2 - auc * auc)) / (m * n));
};
