import { describe, expect, it } from 'vitest';
import { isAddressed } from '../../../lib/domain/intake/addressed-package.ts';
import { ModelPackage } from '../../../lib/domain/intake/model-package.ts';
import { claimOfPackage } from '../../../lib/domain/intake/package-claim.ts';
import { aDirectory } from '../../support/approval-case.ts';
import { described } from './a-package.ts';

const inGroup = (group: string | undefined, CustomerMetadataProperties: object = {}) =>
  ModelPackage.parse({ ...described, ModelPackageGroupName: group, CustomerMetadataProperties });
const prod = (groups: string[] = []) => ({ environment: 'prod', groups });
const OURS = { 'gov.model_version': '1.0.0' };

describe('a package of the registry', () => {
  it.each([
    ['with metadata of ours', inGroup('credit', OURS), prod(), true],
    ['of another team', inGroup('churn', { team: 'marketing', 'government.use': 'no' }), prod(), false],
    ['without any metadata', inGroup('churn'), prod(), false],
    ['of a named group', inGroup('credit'), prod(['fraud', 'credit']), true],
    ['of another group than the named ones', inGroup('churn', OURS), prod(['credit']), false],
    ['of no group', inGroup(undefined, {}), prod(['credit']), false],
    ['that names this environment', inGroup('churn', { 'gov.environment': 'prod' }), prod(['credit']), true],
    ['that names another environment', inGroup('credit', { ...OURS, 'gov.environment': 'dev' }), prod(), false],
    ['of a named group, that names another', inGroup('credit', { 'gov.environment': 'dev' }), prod(['credit']), false],
  ])('%s asks: %#', (_, modelPackage, addressee, isAsking) => {
    expect(isAddressed(modelPackage, addressee)).toBe(isAsking);
  });

  it('asks one of two deployments that name their groups, or neither', () => {
    const one = prod(['credit']);
    const other = { environment: 'dev', groups: ['credit-trial'] };
    const packages = ['credit', 'credit-trial', 'churn'].flatMap((group) =>
      [{}, OURS, { 'gov.environment': 'dev' }, { 'gov.environment': 'prod' }].map((words) => inGroup(group, words)),
    );

    expect(packages.filter((it) => isAddressed(it, one) && isAddressed(it, other))).toEqual([]);
    expect(packages.filter((it) => isAddressed(it, one))).not.toEqual([]);
  });

  it('may name its environment without another fault', () => {
    const { violations = [] } = claimOfPackage(inGroup('credit', { ...OURS, 'gov.environment': 'prod' }), aDirectory());

    expect(violations.filter(({ field }) => field.includes('environment'))).toEqual([]);
  });
});
