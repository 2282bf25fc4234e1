import { expect, it } from 'vitest';
import { servingProblem } from '../../../lib/domain/serving/serving-problem.ts';
import { aPointer, inProduction, MODEL, superseded } from '../../support/release-life.ts';

it('a model serves what its pointer names, if that says so too', () => {
  expect(servingProblem(aPointer(), inProduction)).toBeUndefined();
});

it.each([
  ['approved', `the pointer of ${MODEL} names ${inProduction.releaseId}, which is approved, not in production`],
  ['validated', `the pointer of ${MODEL} names ${inProduction.releaseId}, which is validated, not in production`],
] as const)('it does not serve a release that is %s, whoever wrote the pointer', (state, problem) => {
  expect(servingProblem(aPointer(), { ...inProduction, state })).toBe(problem);
});

it.each([
  ['another release', superseded],
  ['a release of another model', { ...inProduction, modelName: 'fraud' as never }],
])('it does not serve %s', (_, release) => {
  expect(servingProblem(aPointer(), release)).toBe(
    `the pointer of ${MODEL} does not name ${release.releaseId} of ${release.modelName}`,
  );
});
