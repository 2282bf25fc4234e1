import { expect, it } from 'vitest';
import type { PolicyRecord } from '../../../lib/domain/policy/policy-record.ts';
import { fairnessLine } from '../../../lib/domain/questions/fairness-line.ts';
import { aPolicy } from '../../support/approval-case.ts';

type Check = { readonly name: string; readonly parameters: Record<string, unknown> };
const stagesWith = (checks: readonly Check[]): PolicyRecord['stages'] => [
  ...aPolicy().stages.slice(0, 1),
  {
    ...{ name: 'bias_and_fairness', description: '', required: true, blocking: true },
    checks: checks.map((check) => ({ ...check, mode: 'enforce' })),
  },
];
const lineOf = (...checks: readonly Check[]) => {
  const { minimumRatioOf, minimumRows, isJudged } = fairnessLine({ stages: stagesWith(checks) });
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

it('two attributes together are judged where a check judges intersections, and both of them', () => {
  const judged = (parameters: Record<string, unknown>) =>
    ['race × sex', 'race × age'].filter(fairnessLine({ stages: stagesWith([{ name: RATIO, parameters }]) }).isJudged);

  expect(judged({})).toEqual([]);
  expect(judged({ intersections: true, protected_attributes: ['race', 'sex'] })).toEqual(['race × sex']);
});

it('the values that may be called favorable are those of every check that names some', () => {
  const parameters = { accepted_favorable_values: ['1', 'approved'] };
  const accepted = (...given: (typeof parameters | Record<string, never>)[]) =>
    fairnessLine({ stages: stagesWith(given.map((one) => ({ name: DIFFERENCE, parameters: one }))) }).acceptedFavorable;

  expect(accepted({}, parameters)).toEqual(['1', 'approved']);
  expect(accepted({})).toBeUndefined();
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
