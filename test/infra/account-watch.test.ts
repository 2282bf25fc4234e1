/** Which calls the deployment hears of. EventBridge is not run: the patterns are compared as they are deployed. */
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { namesBegin } from '../../lib/infra/constructs/account-watch.ts';
import { IamEventsStack } from '../../lib/infra/stacks/iam-events-stack.ts';
import { coreTemplate, PRODUCTION, textOf } from './template.ts';

const template = coreTemplate(PRODUCTION);
const rules = Object.entries(template.findResources('AWS::Events::Rule'))
  .filter(([id]) => id.startsWith('GovernanceAccountWatch'))
  .map(([id, { Properties }]) => ({ id, state: Properties.State, pattern: Properties.EventPattern }));
const of = (source: string, name = '') =>
  rules.filter(({ id, pattern }) => pattern.source[0] === source && id.includes(name));
const resolved = (value: unknown): unknown => JSON.parse(JSON.stringify(value), (_, one) => text(one));
const text = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && /^(Ref|Fn::)/.test(Object.keys(value)[0] ?? '')
    ? textOf(value)
    : value;

describe('what CloudTrail tells of (SD-4, PermissionChanged)', () => {
  it('is heard of where the call took place, and of no other', () => {
    for (const { pattern } of rules) {
      expect(pattern['detail-type']).toEqual(['AWS API Call via CloudTrail']);
      expect(pattern.detail.errorCode).toEqual([{ exists: false }]);
      // The least that EventBridge takes.
      expect(JSON.stringify(resolved(pattern)).length).toBeLessThan(2_048);
    }
  });

  it('is about the roles, policies and functions of this stack', () => {
    const { detail } = of('aws.iam', 'Iam1')[0]?.pattern ?? {};
    expect(detail.eventName).toEqual(expect.arrayContaining(['PutRolePolicy', 'UpdateAssumeRolePolicy']));
    expect(detail.requestParameters).toEqual({ roleName: [{ prefix: 'core-Governance' }] });
    expect(JSON.stringify(resolved(of('aws.iam', 'Iam2')))).toContain('policy/core-Governance');
    expect(JSON.stringify(resolved(of('aws.lambda')))).toContain('function:core-Governance');
    for (const id of Object.keys(template.findResources('AWS::IAM::Role'))) expect(id).toMatch(/^Governance|^Custom/);
  });

  it('is about every locked bucket, the table, the bus and every key', () => {
    const watched = JSON.stringify(resolved(rules));
    const named = (type: string) => Object.keys(template.findResources(type));
    for (const key of named('AWS::KMS::Key')) expect(watched).toContain(key);
    for (const bucket of ['Ledger', 'Evidence', 'LockedCopies'])
      expect(watched).toMatch(new RegExp(`Governance${bucket}`));
    for (const table of named('AWS::DynamoDB::Table')) expect(watched).toContain(table);
    for (const bus of named('AWS::Events::EventBus')) expect(watched).toContain(bus);
  });
});

describe('a signature (SG-4, UnexpectedSigning)', () => {
  const signing = rules.filter(({ pattern }) => pattern.detail.eventName.includes('Sign'));

  it('is heard of although it changes nothing', () => {
    expect(signing.length).toBe(1 + Object.keys(template.findResources('AWS::KMS::Key')).length);
    for (const { state } of signing) expect(state).toBe('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
  });

  it.each([
    ['SignersOfRecord', ['RenewSignatures', 'SignRecord']],
    ['SignersOfDecision', ['ServeApproval']],
    ['SignersOfLog', ['ExtendLog']],
  ])('is expected of the roles that the policy of its key names, and of no others: %s', (id, expected) => {
    const [rule] = signing.filter((one) => one.id.includes(id));
    const [{ 'anything-but': roles }] = rule?.pattern.detail.userIdentity.sessionContext.sessionIssuer.arn ?? [];
    const names = roles.map((role: unknown) => /(\w+)Role[0-9A-F]{8}/.exec(textOf(role))?.[1]);

    expect(names).toHaveLength(expected.length);
    for (const name of expected) expect(names.join()).toContain(name);
  });

  it('without a role is expected of nobody', () => {
    const [strangers] = signing.filter(({ id }) => id.includes('Strangers'));

    expect(strangers?.pattern.detail.userIdentity.sessionContext.sessionIssuer.arn).toEqual([{ exists: false }]);
  });

  it('of a former key is expected of nobody', () => {
    const rotated = coreTemplate({ ...PRODUCTION, signingKeyGeneration: '2' });
    const former = Object.entries(rotated.findResources('AWS::Events::Rule')).find(([id]) =>
      /SignersOfRecord[0-9A-F]{8}$/.test(id),
    );

    expect(former?.[1]['Properties'].EventPattern.detail.userIdentity.sessionContext.sessionIssuer.arn).toEqual([
      { exists: true },
    ]);
  });
});

describe('IAM, which is heard of in us-east-1 alone', () => {
  it('is sent on to the region of the deployment', () => {
    const of = { stackName: 'assay-prod', governanceId: 'Governance' };
    const stack = new IamEventsStack(new App(), 'iam', { of, to: 'eu-central-1' });
    const forwarded = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));

    expect(stack.region).toBe('us-east-1');
    expect(forwarded).toHaveLength(2);
    for (const { Properties } of forwarded) {
      expect(Properties.EventPattern.source).toEqual(['aws.iam']);
      expect(textOf(Properties.Targets[0].Arn)).toMatch(/:events:eu-central-1:.*:event-bus\/default$/);
    }
    expect(JSON.stringify(forwarded[0]?.['Properties'].EventPattern)).toContain('"prefix":"assay-prod-Governance"');
  });

  it('is known by less of a long name, which CloudFormation shortens', () => {
    expect(namesBegin('a-stack-with-a-very-long-name', 'Governance')).toBe('a-stack-with-a-very-long');
  });
});
