import { Stage } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterEach, describe, expect, it } from 'vitest';
import { coreStack, observabilityStack, PRODUCTION, replicaStack } from './template.ts';

describe('cdk-nag', () => {
  it.each([
    ['production', PRODUCTION],
    ['development', {}],
    ['an issuer of the user', { oidcIssuer: 'https://id.bank.example', oidcAudience: 'assay' }],
  ])('finds nothing that has no reason, in %s', (_, context) => {
    const { violations } = new AwsSolutionsChecks().validateScope(coreStack(context));

    expect(
      violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(
          ({ resourceLogicalId, constructPath }) => `${ruleName} ${constructPath ?? resourceLogicalId}`,
        ),
      ),
    ).toEqual([]);
  });
});

it('cdk-nag finds nothing in the stack of alarms', () => {
  expect(new AwsSolutionsChecks().validateScope(observabilityStack()).violations).toEqual([]);
});

it('cdk-nag finds nothing in the stack of the second account', () => {
  const replicationRole = 'arn:aws:iam::111122223333:role/assay-prod-replication-eu-west-1';

  expect(new AwsSolutionsChecks().validateScope(replicaStack({ ...PRODUCTION, replicationRole })).violations).toEqual(
    [],
  );
});

describe('the default rules of the CDK', () => {
  afterEach(() => {
    process.env['CDK_VALIDATION'] = 'false';
  });

  it('find no error in the template', () => {
    process.env['CDK_VALIDATION'] = 'true';

    expect(() => Stage.of(coreStack(PRODUCTION))?.synth()).not.toThrow();
  });
});
