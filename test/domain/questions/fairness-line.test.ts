import { expect, it } from 'vitest';
import { fairnessLine } from '../../../lib/domain/questions/fairness-line.ts';
import { aPolicy } from '../../support/approval-case.ts';

const lineOf = (...checks: readonly { readonly name: string; readonly parameters: Record<string, unknown> }[]) => {
  const stage = { name: 'bias_and_fairness', description: '', required: true, blocking: true };
  const { minimumRatioOf, minimumRows, isJudged } = fairnessLine({
    stages: [
      ...aPolicy().stages.slice(0, 1),
      { ...stage, checks: checks.map((check) => ({ ...check, mode: 'enforce' })) },
    ],
  });
  return { lines: ['race', 'sex'].map(minimumRatioOf), minimumRows, judged: ['race', 'sex'].filter(isJudged) };
};
const RATIO = 'disparate_impact_ratio_above_minimum';
const DIFFERENCE = 'demographic_parity_within_threshold';

it('the line of a policy is that of its own check', () => {
  const parameters = { minimum: '0.85', minimum_group_size: 50, protected_attributes: ['race'] };

  expect(lineOf({ name: RATIO, parameters })).toEqual({ lines: [0.85, undefined], minimumRows: 50, judged: ['race'] });
});

it('what a stored policy does not say has the default of the checks', () => {
  expect(lineOf({ name: RATIO, parameters: {} })).toEqual({
    lines: [0.8, 0.8],
    minimumRows: 30,
    judged: ['race', 'sex'],
  });
});

it('a policy without the check has no line, and judges what the others name', () => {
  const parameters = { protected_attributes: ['sex'] };

  expect(lineOf({ name: DIFFERENCE, parameters })).toEqual({
    lines: [undefined, undefined],
    minimumRows: 30,
    judged: ['sex'],
  });
  expect(lineOf()).toMatchObject({ judged: [] });
});
