import { describe, expect, it } from 'vitest';
import { LOOPBACK_PORTS, loopbackAddress } from '../../lib/cli/client/loopback.ts';
import { callbackAddress } from '../../lib/web/session/routes.ts';
import { coreTemplate, resourceOf, roleStatements, textOf } from './template.ts';

const development = coreTemplate();

describe('the sign-in', () => {
  it('is at a page of the pool, by a client without a secret that takes no password', () => {
    const { Properties } = resourceOf(
      development,
      'AWS::Cognito::UserPoolClient',
      'GovernanceDoorsIdentityUserPoolPeople',
    );

    expect(Properties).toMatchObject({
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ['openid'],
      EnableTokenRevocation: true,
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      GenerateSecret: false,
      SupportedIdentityProviders: ['COGNITO'],
      AccessTokenValidity: 60,
      IdTokenValidity: 60,
      RefreshTokenValidity: 720,
    });
    const [callback = '', ...loopback] = Properties.CallbackURLs.map(textOf);
    expect(callback).toContain('<GovernanceDoorsApi');
    expect(callback).toMatch(new RegExp(`${new URL(callbackAddress({ publicBaseUrl: 'https://x' })).pathname}$`));
    expect(loopback).toEqual(LOOPBACK_PORTS.map(loopbackAddress));
    expect(Properties.LogoutURLs.map(textOf)).toEqual([expect.stringMatching(/\/console\/session\/signed-out$/)]);
    development.hasResourceProperties('AWS::Cognito::UserPoolDomain', {
      Domain: { 'Fn::Join': ['', ['assay-dev-', { Ref: 'AWS::AccountId' }]] },
    });
  });

  it('leads back to the address that people know, whatever slash it ends with', () => {
    const template = coreTemplate({ publicBaseUrl: 'https://assay.bank.example/' });
    const { Properties } = resourceOf(
      template,
      'AWS::Cognito::UserPoolClient',
      'GovernanceDoorsIdentityUserPoolPeople',
    );

    expect(Properties.CallbackURLs[0]).toBe('https://assay.bank.example/console/session/callback');
  });

  it('gives the console the table, the directory and kept evidence to read, alarms to list, the door of questions to ask, keys to verify with, and rollbacks, holds and notes to write', () => {
    const may = roleStatements(development)
      .filter(({ role }) => role.startsWith('GovernanceDoorsServeConsole'))
      .flatMap(({ Action }) => Action);

    expect([...new Set(may)].sort()).toEqual([
      'cloudwatch:DescribeAlarms',
      'dynamodb:BatchGetItem',
      'dynamodb:ConditionCheckItem',
      'dynamodb:GetItem',
      'dynamodb:PartiQLSelect',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'kms:GetPublicKey',
      'lambda:InvokeFunction',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
    ]);
  });

  it('has an address after the environment, or as it is asked to', () => {
    coreTemplate({ signInPrefix: 'bank-assay' }).hasResourceProperties('AWS::Cognito::UserPoolDomain', {
      Domain: 'bank-assay',
    });
    expect(() => coreTemplate({ environment: 'aws-test' })).toThrow('set signInPrefix');
  });

  it('is that of an issuer of your own, by the client that you name', () => {
    expect(() => coreTemplate({ oidcClientId: 'assay-people' })).toThrow('need oidcIssuer and oidcAudience');
    const variables = (context: object) =>
      resourceOf(
        coreTemplate({ oidcIssuer: 'https://id.bank.example', oidcAudience: 'assay', ...context }),
        'AWS::Lambda::Function',
        'GovernanceDoorsServeConsoleFunction',
      )['Properties'].Environment.Variables;
    expect(variables({})).toMatchObject({ CLIENT_ID: 'assay', AUDIENCE: 'assay', SCOPE: 'openid' });
    expect(variables({ oidcClientId: 'people', oidcScope: 'openid groups' })).toMatchObject({
      CLIENT_ID: 'people',
      AUDIENCE: 'assay',
      SCOPE: 'openid groups',
    });
  });
});
