import { describe, expect, it } from 'vitest';
import { parseQualityStatistics } from '../../../lib/domain/monitoring/quality-statistics.ts';

const parse = (document: object) => parseQualityStatistics(Buffer.from(JSON.stringify(document)));
const value = (of: number | string) => ({ value: of, standard_deviation: 'NaN' });

describe('the statistics of a model quality monitor', () => {
  it.each(['binary_classification_metrics', 'multiclass_classification_metrics'])(
    'say of how many rows the model was right: %s',
    (kind) => {
      const confusion_matrix = { '0': { '0': 80, '1': 5 }, '1': { '0': 10, '1': 5 } };

      expect(
        parse({
          version: 0,
          dataset: { item_count: 100 },
          [kind]: { confusion_matrix, accuracy: value(0.85), auc: value('NaN') },
        }),
      ).toEqual({ metrics: { accuracy: 0.85 }, right: { rows: 100, hits: 85 } });
    },
  );

  it.each([
    [{ regression_metrics: { mae: value(2) } }, { mae: 2 }],
    [{ binary_classification_metrics: { accuracy: value(0.9), confusion_matrix: 'none' } }, { accuracy: 0.9 }],
  ])('say only their metrics without a confusion matrix: %j', (document, metrics) => {
    expect(parse(document)).toEqual({ metrics, right: undefined });
  });

  it.each([[{ '0': { '0': 1_000_000_001 } }], [{ '0': { '0': 1_000_000_000, '1': 1 } }], [{ '0': { '0': -1 } }]])(
    'are not counted where there are more rows than anybody answers, or fewer than none: %j',
    (confusion_matrix) => {
      const document = { binary_classification_metrics: { accuracy: value(0.9), confusion_matrix } };

      expect(parse(document)).toEqual({ metrics: { accuracy: 0.9 }, right: undefined });
    },
  );

  it('are refused if they are something else', () => {
    expect(() => parse({ violations: [] })).toThrow('Model Monitor violations report');
  });
});
