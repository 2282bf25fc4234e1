import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { LOOPBACK_PORTS, loopbackAddress } from '../../lib/cli/client/loopback.ts';
import { callbackAddress } from '../../lib/web/session/routes.ts';
import { EXAMPLE_USERS } from '../../local/people.ts';
import { LOCAL_CONTEXT } from '../../local/synth.ts';
import { coreTemplate, PRODUCTION, resourceOf, roleStatements, textOf } from './template.ts';

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

/** What would let somebody in who has not typed a password at the page of the issuer. */
const waysPast = (template: Template): string[] => {
  const resources = Object.entries(template.toJSON()['Resources'] as Record<string, Resource>);
  return resources.flatMap(([id, { Type, Properties = {} }]) => {
    const text = JSON.stringify(Properties);
    if (Type === 'AWS::Cognito::UserPoolUser') return [`${id} is a user`];
    if (Type === 'AWS::ApiGatewayV2::Route' && /^\w+ \/as(\/|$)/.test(String(Properties['RouteKey'])))
      return [`${id} is /as`];
    // The client of the API takes them; the console's, which leads back to a page of ours, does not.
    const takes = JSON.stringify(Properties['ExplicitAuthFlows'] ?? '');
    if (Properties['CallbackURLs'] !== undefined && /PASSWORD|ADMIN/.test(takes)) return [`${id} takes passwords`];
    if (Type === 'AWS::Lambda::Function' && /sign[-_]?in[-_]?as/i.test(text)) return [`${id} knows of it`];
    return EXAMPLE_USERS.some(({ username }) => text.includes(`"${username}"`))
      ? [`${id} names a person of the example`]
      : [];
  });
};
type Resource = { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> };

describe('a sign-in with one click, which a laptop has beside what is deployed', () => {
  it.each([
    ['of production', PRODUCTION],
    ['of another environment', { environment: 'staging' }],
    ['that a laptop deploys', { environment: LOCAL_CONTEXT.environment }],
  ])('is in no template: %s', (_, context) => {
    expect(waysPast(coreTemplate(context))).toEqual([]);
  });

  it('would be found in one', () => {
    const [{ username } = { username: '' }] = EXAMPLE_USERS;
    const added = (Type: string, Properties: object) =>
      Template.fromJSON({ Resources: { Added: { Type, Properties } } });

    expect(waysPast(added('AWS::ApiGatewayV2::Route', { RouteKey: 'POST /as/{name}' }))).toEqual(['Added is /as']);
    expect(waysPast(added('AWS::Cognito::UserPoolUser', { Username: 'x' }))).toEqual(['Added is a user']);
    expect(
      waysPast(
        added('AWS::Cognito::UserPoolClient', { CallbackURLs: [], ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }),
      ),
    ).toEqual(['Added takes passwords']);
    expect(waysPast(added('AWS::Lambda::Function', { Environment: { SIGN_IN_AS: 'x' } }))).toEqual([
      'Added knows of it',
    ]);
    expect(waysPast(added('AWS::SSM::Parameter', { Value: username }))).toEqual([
      'Added names a person of the example',
    ]);
  });
});
