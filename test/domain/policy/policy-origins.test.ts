import { expect, it } from 'vitest';
import { scopedPolicies } from '../../../lib/domain/policy/load-policies.ts';
import { demandsWithOrigin } from '../../../lib/domain/policy/policy-origins.ts';
import { policyOf } from '../../../lib/domain/policy/scoped-policies.ts';
import { anOverlay, load } from './policy-files.ts';

const attributes = (...names: string[]) =>
  `stages: [{ name: bias_and_fairness, checks: [{ name: disparate_impact_ratio_above_minimum, parameters: { protected_attributes: [${names}] } }] }]`;

it('each demand comes from the base, from one overlay, or from all that had a part in it', () => {
  const loaded = load(
    anOverlay('a', attributes('race', 'sex'), 'approval_expiry_days: 30'),
    anOverlay('b', attributes('race', 'age_band'), 'approval_expiry_days: 20'),
    anOverlay('c', 'scope: { models: [other] }', 'approval_expiry_days: 10'),
  );
  const demands = demandsWithOrigin(
    loaded,
    policyOf({ base: loaded.base.policy, scoped: scopedPolicies(loaded) }, 'm'),
  );
  const of = (demand: string) => demands.find(({ path }) => path.join('.') === demand);
  const ratio = 'stages.bias_and_fairness.checks.disparate_impact_ratio_above_minimum';

  expect(of('approval_expiry_days')).toMatchObject({ value: 20, from: ['p/b.yaml:5:23'], isWritten: true });
  expect(of(`${ratio}.parameters.protected_attributes`)).toMatchObject({
    value: ['race', 'sex', 'age_band'],
    from: [expect.stringMatching(/^p\/a\.yaml:4:/), expect.stringMatching(/^p\/b\.yaml:4:/)],
  });
  expect(of(`${ratio}.parameters.minimum`)).toMatchObject({
    value: '0.80',
    from: ['p/base.yaml:82:20'],
    isWritten: true,
  });
  expect(of(`${ratio}.parameters.maximum_missing`)).toMatchObject({ isWritten: false });
  expect(demands.map(({ path }) => path[0])).not.toContain('applied');
  expect(demands.map(({ path }) => path[0])).not.toContain('name');
});
