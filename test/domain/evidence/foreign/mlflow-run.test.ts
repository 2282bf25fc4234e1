import { describe, expect, it } from 'vitest';
import { parseEvaluationReport } from '../../../../lib/domain/evidence/readers/evaluation-report.ts';
import { parseTrainingProvenance } from '../../../../lib/domain/evidence/readers/training-provenance.ts';
import { bytesOf, changed, vector } from '../vectors.ts';

const RUN = 'mlflow-run.json';
const data = (changes: object) => bytesOf({ info: { status: 'FINISHED' }, data: changes });

describe('the export of an MLflow run', () => {
  it('is an evaluation report', () => {
    expect(parseEvaluationReport(vector(RUN))).toEqual({
      model_name: 'credit',
      model_version: '2.1.0',
      artifact_sha256: 'a'.repeat(64),
      predictions_sha256: 'b'.repeat(64),
      test_split: { rows: 1190, method: 'held-out half' },
      features: ['income', 'debt', 'tenure'],
      operating_threshold: 0.8,
      metrics: { accuracy: 0.86, auc: 0.83 },
      training: {
        algorithm: 'logistic regression',
        hyperparameters: { algorithm: 'logistic regression', C: '0.1' },
      },
    });
  });

  it('is training provenance', () => {
    expect(parseTrainingProvenance(vector(RUN))).toEqual({
      format: 'an MLflow run',
      run: '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
      subjects: [{ name: '0a1b2c3d4e5f60718293a4b5c6d7e8f9', sha256: 'a'.repeat(64) }],
      gitCommits: ['49e9a8a31e9f7bb6dd6c08000fae2408c3ddb47e'],
      materials: [{ name: 'training dataset', sha256: 'c'.repeat(64) }],
      parameters: { algorithm: 'logistic regression', C: '0.1' },
      trainedBy: 'dana',
    });
  });

  it('may be what the Python client writes, with maps', () => {
    const run = data({ metrics: { auc: 0.8 }, params: { depth: 5, fast: true }, tags: { 'mlflow.user': 'tom' } });

    expect(parseEvaluationReport(run)).toEqual({
      metrics: { auc: 0.8 },
      training: { hyperparameters: { depth: '5', fast: 'true' } },
    });
    expect(parseTrainingProvenance(run)).toEqual({
      format: 'an MLflow run',
      subjects: [],
      gitCommits: [],
      materials: [],
      parameters: { depth: '5', fast: 'true' },
      trainedBy: 'tom',
    });
  });

  it('takes its dataset whole', () => {
    const tags = { 'gov.dataset_name': 'a', 'gov.dataset_sha256': 'd'.repeat(64), 'gov.dataset_rows': '5' };

    expect(parseEvaluationReport(data({ tags }))).toMatchObject({
      dataset: { name: 'a', sha256: 'd'.repeat(64), rows: 5 },
    });
    expect(parseTrainingProvenance(data({ tags: { 'gov.artifact_sha256': 'a'.repeat(64) } })).subjects).toEqual([
      { name: 'model', sha256: 'a'.repeat(64) },
    ]);
  });

  it.each([
    [['run', 'info', 'status'], 'RUNNING', 'info.status is not FINISHED'],
    [['run', 'info', 'lifecycle_stage'], 'deleted', 'info.lifecycle_stage is not active'],
    [['run', 'data', 'metrics', 1, 'key'], 'accuracy', 'data.metrics gives accuracy twice'],
    [['run', 'data', 'params', 1, 'key'], 'constructor', 'data.params has the reserved name constructor'],
    [['run', 'data', 'metrics', 0, 'value'], 'high', 'data.metrics'],
    [['run', 'data', 'tags', 5, 'value'], 'abc', 'artifact_sha256 must be 64'],
    [['run', 'data', 'tags', 5, 'key'], 'gov.artifact', 'artifact'],
    [['run', 'data', 'tags', 8, 'value'], '12.5', 'test_split_rows'],
    [['run', 'data', 'tags', 8, 'value'], 'many', 'test_split_rows must be a decimal number'],
    [['run', 'data', 'tags', 9, 'key'], 'a', 'gov.test_split_method is missing'],
    [['run', 'data', 'tags', 10, 'value'], ' , ', 'features'],
    [['run', 'data'], undefined, 'data is missing'],
  ])('is no evaluation report where %j is %j', (path, value, problem) => {
    expect(() => parseEvaluationReport(changed(RUN, path, value))).toThrow(problem);
  });

  it('is no training provenance where a digest is none', () => {
    const bytes = changed(RUN, ['run', 'data', 'tags', 7, 'value'], 'abc');

    expect(() => parseTrainingProvenance(bytes)).toThrow('tag gov.training_dataset_sha256 of the MLflow run');
  });
});
