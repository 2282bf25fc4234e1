import { describe, expect, it } from 'vitest';
import { draftEvaluationReport } from '../../../../lib/domain/evidence/drafts/evaluation-report.ts';
import { OutcomeCounts } from '../../../../lib/domain/evidence/predictions/predictions.ts';
import { parseEvaluationReport } from '../../../../lib/domain/evidence/readers/evaluation-report.ts';
import { aGroup, digestOf } from '../../checks/stage-evidence.ts';

const EVALUATED = {
  modelName: 'credit',
  modelVersion: '1.0.0',
  artifactSha256: digestOf('artifact'),
  predictionsSha256: digestOf('predictions'),
  dataset: { name: 'register', sha256: digestOf('dataset'), rows: 10 },
  threshold: 0.5,
};
const output = (prediction: string | null, label: string | null, rows: number) => ({
  ...{ prediction, label, rows, missingScores: 0, unusableScores: 0, lowestScore: null, highestScore: null },
});
const COUNTS = OutcomeCounts.parse({
  attributes: ['race', 'sex'],
  groups: [
    aGroup('race', 'a', 100, 80),
    aGroup('race', 'b', 100, 40),
    aGroup('race', 'c', 10, 5),
    aGroup('race × sex', 'a × f', 100, 80),
  ],
  rows: 210,
  all: { count: 210, favorable: 125, labelled: 210, actualFavorable: 105, truePositive: 63, falsePositive: 62 },
  missing: { predictions: 0, labels: 0, attributes: { race: 0, sex: 0 } },
  otherValues: { predictions: 1, labels: 1 },
  values: {
    predictions: { some: ['0', '1'], hasFavorable: true },
    labels: { some: ['0', '1'], hasFavorable: true },
  },
});
const COUNTED = {
  favorable: '1.0',
  counts: COUNTS,
  outputs: {
    hasScores: false,
    groups: [
      output('1', '1', 60),
      output('1', '0', 20),
      output('0', '1', 15),
      output('0', '0', 5),
      output(null, '1', 3),
      output('1', null, 2),
    ],
  },
  areaUnderCurve: { numerator: 3n, denominator: 4n },
};

describe('a drafted evaluation report', () => {
  it('is a report of our own format, with what was counted', () => {
    const report = draftEvaluationReport(EVALUATED, COUNTED);

    const parsed = parseEvaluationReport(new TextEncoder().encode(JSON.stringify(report)));
    expect(parsed).toMatchObject({ model_name: 'credit', test_split: { rows: 210 }, operating_threshold: 0.5 });
    expect(report.metrics).toEqual({
      accuracy: 0.65,
      auc: 0.75,
      precision: 0.75,
      recall: 0.8,
      f1: 0.774194,
      selection_rate: 0.803922,
    });
  });

  it('leaves out what cannot be measured, and groups of several attributes', () => {
    const report = draftEvaluationReport(EVALUATED, { ...COUNTED, areaUnderCurve: undefined });

    expect(report.metrics).not.toHaveProperty('auc');
    expect(report.group_metrics).toMatchObject({ race: { a: { count: 100, selection_rate: 0.8 }, c: { count: 10 } } });
    expect(report.group_metrics).not.toHaveProperty('race × sex');
    expect(report.group_metrics['race']?.['c']).not.toHaveProperty('selection_rate');
    expect(report.fairness['race']).toEqual({});
  });

  it('says what people said, and leaves the rest to be written', () => {
    const told = draftEvaluationReport({ ...EVALUATED, features: ['income'], splitMethod: 'held-out half' }, COUNTED);

    expect(told).toMatchObject({ features: ['income'], test_split: { method: 'held-out half' } });
    expect(draftEvaluationReport(EVALUATED, COUNTED)).toMatchObject({
      features: [expect.stringMatching(/^TODO\(assay init\): /)],
      test_split: { method: expect.stringMatching(/^TODO\(assay init\): /) },
    });
  });
});
