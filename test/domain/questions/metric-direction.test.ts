import { describe, expect, it } from 'vitest';
import { directionOf, effectOf, metricError } from '../../../lib/domain/questions/metric-direction.ts';

const ROWS = { deserving: 400, undeserving: 100 };

describe('which way a metric is better', () => {
  it.each([
    'accuracy',
    'Balanced Accuracy',
    'auc',
    'ROC_AUC',
    'precision',
    'recall',
    'f1',
    'f1_score',
    'fbeta_score',
    'r2',
    'true_positive_rate',
    'val_macro_f1',
  ])('is higher for %s', (metric) => {
    expect(directionOf(metric)).toBe('higher');
  });

  it.each([
    'log_loss',
    'rmse',
    'mae',
    'mean_squared_error',
    'error_rate',
    'false_positive_rate',
    'cost_per_application',
    'p95_latency_ms',
    'brier_score',
    'test_log_loss',
  ])('is lower for %s', (metric) => {
    expect(directionOf(metric)).toBe('lower');
  });

  it.each(['approval_rate', 'selection_rate', 'rows', 'accuracy_drop', 'auc_gap', 'inaccuracy', 'loss_avoided'])(
    'is not said by the name of %s',
    (metric) => {
      expect(directionOf(metric)).toBeUndefined();
    },
  );
});

describe('a change', () => {
  it.each<[string, number, number, string]>([
    ['auc', 0.7, 0.8, 'better'],
    ['log_loss', 0.7, 0.8, 'worse'],
    ['equal_opportunity_difference', 0, -0.4, 'worse'],
    ['demographic_parity_difference', -0.01, -0.5, 'worse'],
    ['demographic_parity_difference', -0.5, 0.5, 'other'],
    ['disparate_impact_ratio', 1, 1.9, 'worse'],
    ['disparate_impact_ratio', 0.5, 0.8, 'better'],
    ['demographic_parity_ratio', 0.5, -1, 'worse'],
    ['approval_rate', 0.1, 0.2, 'other'],
  ])('of %s from %d to %d is %s', (metric, before, after, effect) => {
    expect(effectOf(directionOf(metric), before, after)).toBe(effect);
  });
});

describe('how far a metric may be from the true one', () => {
  it('is the error of a share of the rows that it is taken over', () => {
    expect(metricError('accuracy', 0.5, ROWS)).toBeCloseTo(Math.sqrt(0.25 / 501), 10);
    expect(metricError('error_rate', 0.5, ROWS)).toBeCloseTo(Math.sqrt(0.25 / 501), 10);
    expect(metricError('accuracy', 0.5, { deserving: 0, undeserving: 0 })).toBeUndefined();
  });

  it('is not said of what may be about either of the two classes', () => {
    expect(metricError('recall', 0.5, ROWS)).toBeUndefined();
    expect(metricError('fpr', 0.5, ROWS)).toBeUndefined();
  });

  it('is that of Hanley and McNeil for an area under a curve', () => {
    // Hanley and McNeil, Radiology 143:29 (1982), table III: an area of 0.8 over 50 and 50 cases has the error 0.0445 or so.
    expect(metricError('auc', 0.8, { deserving: 50, undeserving: 50 })).toBeCloseTo(0.0447, 3);
    expect(metricError('auc', 0.8, { deserving: 50, undeserving: 0 })).toBeUndefined();
    expect(metricError('auc', 0.8, { deserving: 0, undeserving: 50 })).toBeUndefined();
  });

  it.each([
    ['f1', 0.9, ROWS],
    ['accuracy', 91, ROWS],
    ['accuracy', -0.1, ROWS],
    ['accuracy', 0.9, undefined],
    ['fpr', 0.1, { deserving: 400, undeserving: 0 }],
  ])('is not known of %s %d over %o', (metric, value, rows) => {
    expect(metricError(metric, value, rows)).toBeUndefined();
  });
});
