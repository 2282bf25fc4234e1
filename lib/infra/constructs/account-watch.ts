import { Aws, Stack } from 'aws-cdk-lib';
import { CfnRule, Rule } from 'aws-cdk-lib/aws-events';
import { Construct, type IConstruct } from 'constructs';
import { PERMISSION_CALLS, SIGNING_CALLS } from '../../domain/monitoring/account-call.ts';
import { regional } from '../permissions.ts';
import { DeadLetters } from './dead-letters.ts';
import { deliverTo } from './event-delivery.ts';
import { type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { GuardedKey } from './guarded-key.ts';
import { LockedBucket } from './locked-bucket.ts';

/** As CloudTrail tells of calls; one that was refused has changed nothing. */
const told = (service: string, detail: object) => ({
  source: [`aws.${service}`],
  detailType: ['AWS API Call via CloudTrail'],
  detail: { errorCode: [{ exists: false }], ...detail },
});

/** CloudFormation shortens the name of a stack in the names that it makes, and a pattern has 2,048 characters at most. */
const STACK_NAME_MAX = 24;
const KEYS_A_RULE = 12;

/** What the names of the roles and functions below a construct begin with. */
export const namesBegin = (stackName: string, id: string): string =>
  stackName.length > STACK_NAME_MAX ? stackName.slice(0, STACK_NAME_MAX) : `${stackName}-${id}`;

/** Calls of IAM about roles or policies with such names. */
export const iamCalls = (begin: string) => [
  told('iam', { eventName: PERMISSION_CALLS.iam, requestParameters: { roleName: [{ prefix: begin }] } }),
  told('iam', {
    eventName: PERMISSION_CALLS.iam.filter((name) => !name.includes('Role')),
    requestParameters: {
      policyArn: [{ prefix: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:policy/${begin}` }],
    },
  }),
];

export interface AccountWatchProps {
  readonly on: Foundations;
  readonly busName: string;
  /** Where keys and buckets are looked for: all that lie below it are watched. */
  readonly within: IConstruct;
}

/**
 * Hears from CloudTrail who changes the rights of this deployment, and who uses its keys and must not. IAM is heard of in us-east-1
 * only: elsewhere, a stack there sends on what it hears.
 */
export class AccountWatch extends Construct {
  constructor(scope: Construct, id: string, { on, busName, within }: AccountWatchProps) {
    super(scope, id);
    const deadLetters = new DeadLetters(this, 'DeadLetters', on);
    const record = new GovernedFunction(this, 'RecordAccountCalls', {
      defaults: on.defaults,
      environment: { ...tableOf(on), ...on.files.approversEnvironment },
      timeoutSeconds: 60,
      deadLetters: deadLetters.queue,
    });
    on.store.allowCommit(record);
    on.files.allowReadApprovers(record);
    const hear = (ruleId: string, eventPattern: ReturnType<typeof told>) =>
      new Rule(this, ruleId, { eventPattern, targets: [deliverTo(record, deadLetters)] });
    const keys = allOf(within, GuardedKey);
    const buckets = allOf(within, LockedBucket);
    const begin = namesBegin(Stack.of(this).stackName, within.node.id);
    for (const [index, pattern] of iamCalls(begin).entries()) hear(`Iam${index + 1}`, pattern);
    hear('Buckets', told('s3', asked('s3', { bucketName: buckets.map(({ bucket }) => bucket.bucketName) })));
    hear('Table', told('dynamodb', asked('dynamodb', { resourceArn: [on.store.table.tableArn] })));
    hear(
      'Functions',
      told('lambda', asked('lambda', { functionName: [{ prefix: begin }, { prefix: functionsArn(begin) }] })),
    );
    hear(
      'Bus',
      told('events', asked('events', { eventBusName: [busName, regional('events', `event-bus/${busName}`)] })),
    );
    for (let from = 0; from < keys.length; from += KEYS_A_RULE) {
      const ARN = keys.slice(from, from + KEYS_A_RULE).map(({ keyArn }) => keyArn);
      hear(`Keys${from}`, told('kms', { eventName: PERMISSION_CALLS.kms, resources: { ARN } }));
      hearAll(hear(`Strangers${from}`, signing(ARN, [{ exists: false }])));
    }
    for (const key of keys) {
      const signers = key.signers.map(({ roleArn }) => roleArn);
      const others = signers.length === 0 ? [{ exists: true }] : [{ 'anything-but': signers }];
      hearAll(hear(`SignersOf${key.node.id}`, signing([key.keyArn], others)));
    }
  }
}

const functionsArn = (begin: string): string => regional('lambda', `function:${begin}`);

const asked = (service: keyof typeof PERMISSION_CALLS, requestParameters: object) => ({
  eventName: [...PERMISSION_CALLS[service]],
  requestParameters,
});

/** What is signed by a role has the role as the issuer of its session; what root or a user of IAM signs has none. */
const signing = (ARN: readonly string[], arn: readonly object[]) =>
  told('kms', {
    eventName: [...SIGNING_CALLS],
    resources: { ARN },
    userIdentity: { sessionContext: { sessionIssuer: { arn } } },
  });

/** To sign changes nothing, and a rule hears of such calls only if it says so. */
const hearAll = (rule: Rule): void => {
  const { defaultChild } = rule.node;
  if (defaultChild instanceof CfnRule) defaultChild.state = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
};

const allOf = <T extends IConstruct>(within: IConstruct, type: abstract new (...args: never[]) => T): T[] =>
  within.node.findAll().filter((node): node is T => node instanceof type);
