import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { Machine } from '../../lib/domain/policy/machine.ts';
import { EventPolicyStack } from '../../lib/infra/stacks/event-policy-stack.ts';
import { SHIPPED_DIRECTORY } from '../support/deployed-files.ts';
import { coreStack, roleStatements, textOf } from './template.ts';

const aMachine = (id: string, changes: object = {}): Machine =>
  Machine.parse({
    id,
    event_source: `bank.${id}`,
    principal_arn: `arn:aws:iam::123456789012:role/pipelines/${id}`,
    may_be: ['submitter'],
    ...changes,
  });
const PUBLISHER = 'arn:aws:iam::123456789012:role/assay-prod-DispatchOutbox';
const stackOf = (...machines: Machine[]) =>
  new EventPolicyStack(new App(), 'policy', { busName: 'assay-prod', publisherArn: PUBLISHER, machines });
const sourceOf = ({ Statement }: { Statement: { Condition: Record<string, Record<string, string>> } }) =>
  Statement.Condition['ForAnyValue:StringEquals']?.['events:source'];
const policiesOf = (stack: EventPolicyStack) =>
  Object.values(Template.fromStack(stack).findResources('AWS::Events::EventBusPolicy')).map(
    ({ Properties }) => Properties,
  );
/** Without that of our own source. */
const machinesOf = (stack: EventPolicyStack) => policiesOf(stack).filter((policy) => sourceOf(policy) !== 'assay');

describe('the policy of the bus (SD-5)', () => {
  const core = coreStack({ environment: 'prod' });
  const template = Template.fromStack(core);

  it('denies the source of a machine to everybody but its principal', () => {
    const [policy, ...more] = machinesOf(stackOf(aMachine('training')));

    expect(more).toEqual([]);
    expect(policy.EventBusName).toBe('assay-prod');
    expect({ ...policy.Statement, Resource: textOf(policy.Statement.Resource) }).toEqual({
      Sid: policy.StatementId,
      Effect: 'Deny',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: 'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/assay-prod',
      Condition: {
        'ForAnyValue:StringEquals': { 'events:source': 'bank.training' },
        ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/pipelines/training' },
      },
    });
  });

  it('denies our own source to everybody but the role that publishes, though no machine sends events', () => {
    const [policy, ...more] = policiesOf(stackOf());

    expect(more).toEqual([]);
    expect(policy.Statement).toMatchObject({
      ...{ Effect: 'Deny', Principal: '*', Action: 'events:PutEvents' },
      Condition: {
        'ForAnyValue:StringEquals': { 'events:source': 'assay' },
        ArnNotEquals: { 'aws:PrincipalArn': PUBLISHER },
      },
    });
  });

  it('is given the one role that may put events', () => {
    const senders = roleStatements(template).filter(({ Action }) => Action.includes('events:PutEvents'));

    expect(senders.map(({ role }) => `<${role}.Arn>`)).toEqual([textOf(core.resolve(core.publisherArn))]);
  });

  it('has a statement for each source, named after it in the template and on the bus, whatever other machines there are', () => {
    const [one, other] = [aMachine('one'), aMachine('other')];
    const namesOf = (...machines: Machine[]) => {
      const made = Template.fromStack(stackOf(...machines)).findResources('AWS::Events::EventBusPolicy');
      return Object.entries(made).map(([id, { Properties }]) => [id, Properties.StatementId, sourceOf(Properties)]);
    };
    const both = namesOf(one, other);

    expect(new Set(both.map(([id]) => id)).size).toBe(3);
    for (const [id, statementId] of both) expect(statementId).toBe(id);
    expect(namesOf(other, one).toSorted()).toEqual(both.toSorted());
    expect(both).toEqual(expect.arrayContaining(namesOf(other)));
  });

  it('says nothing of a machine that sends no events', () => {
    const { event_source: _, ...silent } = aMachine('silent');

    expect(machinesOf(stackOf(aMachine('one'), silent))).toHaveLength(1);
  });

  it('is refused at synth if EventBridge would not take it', () => {
    const many = Array.from({ length: 60 }, (_, index) => aMachine(`machine-${index}`));

    expect(() => stackOf(...many)).toThrow(/the policy of the bus would have \d+ characters, of 10240/);
  });

  it('is on the bus that the intake listens to, with the machines that are shipped', () => {
    const sources = policiesOf(stackOf(...(SHIPPED_DIRECTORY.machines ?? []))).map(sourceOf);

    expect(sources).toEqual(['assay', 'example.pipeline', 'assay.cli']);
    template.hasResourceProperties('AWS::Events::EventBus', { Name: 'assay-prod' });
    template.resourceCountIs('AWS::Events::EventBusPolicy', 0);
  });

  it('breaks no rule of cdk-nag', () => {
    expect(new AwsSolutionsChecks().validateScope(stackOf(aMachine('training'))).violations).toEqual([]);
  });
});
