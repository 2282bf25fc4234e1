import { describe, expect, it } from 'vitest';
import { parseEvaluationReport } from '../../../../lib/domain/evidence/readers/evaluation-report.ts';
import { bytesOf, changed, vector } from '../vectors.ts';

const BINARY = 'model-quality-binary.json';

describe('a SageMaker model quality report', () => {
  it('is read as an evaluation report: numbers only, ties from gov', () => {
    expect(parseEvaluationReport(vector(BINARY))).toEqual({
      model_name: 'credit',
      model_version: '2.1.0',
      artifact_sha256: 'a'.repeat(64),
      predictions_sha256: 'b'.repeat(64),
      test_split: { rows: 100, method: 'held out' },
      features: ['income', 'debt'],
      metrics: {
        accuracy: 0.85,
        precision: 0.7777777777777778,
        recall: 0.875,
        auc: 0.91,
        accuracy_best_constant_classifier: 0.6,
      },
    });
  });

  it.each([
    ['model-quality-multiclass.json', { weighted_recall: 0.62, weighted_f1_best_constant_classifier: 0.21 }],
    ['model-quality-regression.json', { mae: 1.5, mse: 4.2, r2: -0.1 }],
  ])('is untied when nothing ties it to the release: %s', (name, metrics) => {
    const report = parseEvaluationReport(vector(name));

    expect(report.metrics).toMatchObject(metrics);
    expect(Object.keys(report)).toEqual(['metrics']);
  });

  it.each([
    [['gov', 'artifact_sha256'], 'abc', 'gov.artifact_sha256 must be 64'],
    [['gov', 'predictions'], 'abc', 'gov'],
    [['binary_classification_metrics'], [], 'binary_classification_metrics'],
    [['regression_metrics'], { accuracy: { value: 1 } }, 'regression_metrics gives accuracy twice'],
  ])('is refused where %j is %j', (path, value, problem) => {
    expect(() => parseEvaluationReport(changed(BINARY, path, value))).toThrow(problem);
  });

  it('has a metric that is a number in quotes, and one that no integer can hold', () => {
    const text =
      '{"regression_metrics":{"mae":{"value":"0.37"},"mse":{"value":2.5e16},"sse":{"value":12345678901234567890}}}';

    expect(parseEvaluationReport(Buffer.from(text)).metrics).toEqual({
      mae: 0.37,
      mse: 2.5e16,
      sse: 12345678901234567000,
    });
  });

  it('has no metric where there is no value that is a number', () => {
    const metrics = {
      a: { value: 'high' },
      b: { value: '-Infinity' },
      c: {},
      d: { value: 1 },
      e: [1],
      f: { value: [1] },
    };

    expect(parseEvaluationReport(bytesOf({ regression_metrics: metrics })).metrics).toEqual({ d: 1 });
  });
});
