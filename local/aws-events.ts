import { randomUUID } from 'node:crypto';
import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Rule,
  type Target,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { clientConfig, localAccountId, localRegion } from './clients.ts';

/** An event that an AWS service itself sends. */
export interface AwsEvent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: object;
  readonly time?: Date;
}

/**
 * Delivers an event of an AWS service to the targets of the matching rules of the default bus. PutEvents refuses
 * sources that begin with `aws.`, on AWS and on the emulator alike, so this code does the work of the bus with public
 * operations: it lists the rules, tests their patterns, and invokes their targets.
 */
export function awsEventDelivery(endpoint: string): (event: AwsEvent) => Promise<void> {
  const eventBridge = new EventBridgeClient(clientConfig(endpoint));
  const send = targetSender(endpoint);

  const deliver = async (event: string, bus: string): Promise<void> => {
    for (const target of await matchingTargets(eventBridge, event, bus)) {
      const nextBus = /:event-bus\/(.+)$/.exec(target.Arn ?? '')?.[1];
      await (nextBus === undefined ? send(target, event) : deliver(event, nextBus));
    }
  };
  return (event) => deliver(JSON.stringify(envelope(event)), 'default');
}

function envelope({ source, detailType, resources, detail, time = new Date() }: AwsEvent): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: localAccountId,
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: localRegion,
    resources,
    detail,
  };
}

async function matchingTargets(client: EventBridgeClient, event: string, bus: string): Promise<Target[]> {
  const targets: Target[] = [];
  for (const { Name, State, EventPattern } of await listRules(client, bus)) {
    if (State !== 'ENABLED' || EventPattern === undefined) continue;
    const { Result } = await client.send(new TestEventPatternCommand({ Event: event, EventPattern }));
    if (Result !== true) continue;
    const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName: bus }));
    targets.push(...Targets);
  }
  return targets;
}

async function listRules(client: EventBridgeClient, bus: string): Promise<Rule[]> {
  const rules: Rule[] = [];
  let next: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ EventBusName: bus, NextToken: next }));
    rules.push(...(page.Rules ?? []));
    next = page.NextToken;
  } while (next !== undefined);
  return rules;
}

function targetSender(endpoint: string): (target: Target, event: string) => Promise<void> {
  const lambda = new LambdaClient(clientConfig(endpoint));
  const stepFunctions = new SFNClient(clientConfig(endpoint));
  return async (target, event) => {
    if (target.InputPath !== undefined || target.InputTransformer !== undefined) {
      throw new Error(`could not deliver to ${target.Arn}: only whole events and constants are delivered here`);
    }
    const input = target.Input ?? event;
    const service = target.Arn?.split(':')[2];
    if (service === 'lambda') {
      await lambda.send(new InvokeCommand({ FunctionName: target.Arn, InvocationType: 'Event', Payload: input }));
    } else if (service === 'states') {
      await stepFunctions.send(new StartExecutionCommand({ stateMachineArn: target.Arn, input }));
    } else {
      throw new Error(`could not deliver to ${target.Arn}: only functions, state machines and buses are reached here`);
    }
  };
}
