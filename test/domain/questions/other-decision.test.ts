import { expect, it } from 'vitest';
import { otherDecisionOf } from '../../../lib/domain/questions/other-decision.ts';

const line = { minimumRatioOf: () => undefined, minimumRows: 30, isJudged: () => true };
const predictions = (favorable_value: string) => ({ prediction_column: 'approved', favorable_value });

it('two releases are compared if they call one decision favorable, however they spell it, or the policy says so', () => {
  const [one, other] = [predictions('1'), predictions('0')];

  expect(otherDecisionOf(one, predictions('1.0'), line)).toBeUndefined();
  expect(otherDecisionOf(one, other, line)).toEqual({ now: one, live: other });
  expect(otherDecisionOf(one, other, { ...line, acceptedFavorable: ['1'] })).toEqual({ now: one, live: other });
  expect(otherDecisionOf(one, predictions('yes'), { ...line, acceptedFavorable: ['1', 'yes'] })).toBeUndefined();
});
