import { expect, it } from 'vitest';
import { modelOutputsOf } from '../../../lib/domain/evidence/predictions/model-outputs.ts';
import { PredictionsReference } from '../../../lib/domain/evidence/predictions/reference.ts';

const reference = PredictionsReference.parse({
  uri: 's3://models/predictions.csv',
  label_column: 'label',
  prediction_column: 'prediction',
  score_column: 'score',
  favorable_value: '1',
  protected_attributes: ['race'],
});
const row = (prediction: string, lowest: number | null) => ({
  prediction,
  label: '1',
  row_count: 2,
  missing_scores: lowest === null ? 2 : 0,
  unusable_scores: 0,
  lowest_score: lowest,
  highest_score: lowest,
});

it.each([
  ['none of them', null, null, null],
  ['one of them', null, 0.5, 0.5],
  ['both', 0.25, 0.5, 0.25],
])('two spellings of a decision are one, where %s has a score', (_, first, second, lowestScore) => {
  const { groups } = modelOutputsOf([row('1', first), row('1.0', second)], reference);

  expect(groups).toMatchObject([{ rows: 4, lowestScore }]);
});
