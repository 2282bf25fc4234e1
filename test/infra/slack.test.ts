import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { coreTemplate, resourceOf, roleStatements, SLACK, textOf } from './template.ts';

const off = coreTemplate();
const on = coreTemplate(SLACK);

describe('Slack is off unless the settings name its secrets', () => {
  const text = JSON.stringify(off);

  it('there is no function, no route, no throttle and no right', () => {
    expect(text).not.toContain('ServeSlack');
    expect(text).not.toContain('/slack/');
    expect(text).not.toContain('secretsmanager');
  });

  it('the Lambdas that would use it have no secret named', () => {
    for (const name of ['GovernanceDoorsServeApproval', 'GovernanceOutboxDispatchOutbox']) {
      const { Variables } = resourceOf(off, 'AWS::Lambda::Function', name)['Properties'].Environment;
      expect(Variables.SLACK_TOKEN_ARN).toBe('');
    }
  });

  it.each(Object.entries(SLACK))('it is not on by halves: %s', (setting, value) => {
    expect(() => coreTemplate({ [setting]: value })).toThrow('come together');
  });

  it.each([
    ['a token', 'xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzzqgy'],
    ['a name', 'assay/slack-token'],
    ['an ARN without its last characters', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:assay/slack'],
  ])('%s is no ARN of a secret', (_what, slackTokenSecretArn) => {
    expect(() => coreTemplate({ ...SLACK, slackTokenSecretArn })).toThrow('must be the whole ARN of a secret');
  });
});

describe('Slack that is on', () => {
  const rights = (role: string) =>
    roleStatements(on)
      .filter((statement) => statement.role.startsWith(role))
      .flatMap(({ Action, Resource }) => Action.map((action) => [action, Resource.map(textOf)] as const))
      .filter(([action]) => !action.startsWith('logs:'));

  it('has a door that reads no table, no key and no bucket: it may only have the deciding Lambda look', () => {
    expect(rights('GovernanceDoorsServeSlack')).toEqual([
      ['secretsmanager:GetSecretValue', [SLACK.slackSigningSecretArn, SLACK.slackTokenSecretArn]],
      ['lambda:InvokeFunction', [expect.stringMatching(/^<GovernanceDoorsServeApprovalFunction\w+\.Arn>$/)]],
    ]);
  });

  it('keeps a request that the deciding Lambda could not answer while its signature held', () => {
    const { Properties } = resourceOf(on, 'AWS::Lambda::Function', 'GovernanceDoorsServeApproval');
    expect(textOf(Properties.DeadLetterConfig.TargetArn)).toMatch(/^<GovernanceDoorsSlackDeadLettersQueue\w+\.Arn>$/);
    on.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^GovernanceDoorsServeApprovalFunction') },
      MaximumEventAgeInSeconds: 300,
    });
  });

  it('is called at its own address: no setting and no template can have the token sent elsewhere', () => {
    expect(JSON.stringify(on)).not.toMatch(/SLACK_API_URL|slack\.com/);
    expect(() => coreTemplate({ ...SLACK, slackApiUrl: 'https://example.com/api/' })).toThrow('is not a setting');
  });

  it('gives the sender the token alone, and both to no other Lambda than the two that are asked by Slack', () => {
    const readers = roleStatements(on)
      .filter(({ Action }) => Action.includes('secretsmanager:GetSecretValue'))
      .map(({ role, Resource }) => [role.replace(/Role[0-9A-F]{8}$/, ''), Resource.length]);

    expect(readers.toSorted()).toEqual([
      ['GovernanceDoorsServeApproval', 2],
      ['GovernanceDoorsServeSlack', 2],
      ['GovernanceOutboxDispatchOutbox', 1],
    ]);
  });
});
