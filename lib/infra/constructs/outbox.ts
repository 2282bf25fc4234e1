import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type EventBus, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { WOKEN_BY_STREAM } from '../../domain/change/carried-out.ts';
import { regional } from '../permissions.ts';
import type { AccessLogs } from './access-logs.ts';
import { DeadLetters } from './dead-letters.ts';
import { auditLockOf, type Foundations, PACKAGES, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import type { MailTracking } from './mail-tracking.ts';
import { allowSyncRegistry } from './model-registry.ts';
import type { ReleaseWorkflow } from './release-workflow.ts';
import { allowSlack, type SlackApp, slackSenderEnvironment } from './slack.ts';

export interface OutboxProps {
  readonly on: Foundations;
  readonly workflow: ReleaseWorkflow;
  readonly bus: EventBus;
  readonly accessLogs: AccessLogs;
  readonly publicBaseUrl: string;
  readonly mailFrom: string;
  /** Undefined where nobody is asked in Slack. */
  readonly slack: SlackApp | undefined;
  /** Where SES publishes what becomes of mails, if there are any. */
  readonly mailTracking: MailTracking | undefined;
}

/**
 * Carries out the intents that commits have noted: at once, woken by the stream, or else within a minute by the sweep.
 */
export class Outbox extends Construct {
  /** Of the one function that publishes our events. */
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: OutboxProps) {
    super(scope, id);
    const { on, workflow, bus, mailTracking } = props;
    // What wakes it by stream or clock is in the table as well. What SES says of a mail is in its event alone.
    const deadLetters = mailTracking && new DeadLetters(this, 'DeadLetters', on);
    const dispatch = new GovernedFunction(this, 'DispatchOutbox', {
      defaults: on.defaults,
      timeoutSeconds: 120,
      environment: {
        ...tableOf(on),
        ...PACKAGES,
        ...on.files.approversEnvironment,
        AUDIT_BUCKET: on.ledger.bucket.bucketName,
        ...auditLockOf(on),
        RELEASE_MACHINE_ARN: workflow.release.machine.stateMachineArn,
        PROMOTION_MACHINE_ARN: workflow.promotion.machine.stateMachineArn,
        ROLLBACK_MACHINE_ARN: workflow.rollback.machine.stateMachineArn,
        MOVE_MACHINE_ARN: workflow.move.machine.stateMachineArn,
        ROTATION_MACHINE_ARN: workflow.rotation.machine.stateMachineArn,
        RENEWAL_FUNCTION: workflow.renewal.lambda.functionArn,
        EVENT_BUS_NAME: bus.eventBusName,
        LINK_KEY_ID: on.keys.link.keyArn,
        PUBLIC_BASE_URL: props.publicBaseUrl,
        MAIL_FROM: props.mailFrom,
        ...slackSenderEnvironment(props.slack),
        CONFIGURATION_SET: mailTracking?.configurationSet ?? '',
      },
      ...(deadLetters === undefined ? {} : { deadLetters: deadLetters.queue }),
    });
    this.roleArn = dispatch.role.roleArn;
    allowEffects(dispatch, props);
    allowSlack(dispatch, props.slack, ['tokenArn']);
    this.wakeByStream(dispatch, props);
    if (deadLetters !== undefined) mailTracking?.wake(dispatch, deadLetters);
    new Rule(this, 'Sweep', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(dispatch.lambda, { event: RuleTargetInput.fromObject({ source: 'sweep' }) })],
    });
  }

  /**
   * By default Lambda retries a bad record until it expires, which blocks everything behind it for a day. Here it gives
   * up after five tries, halving the batch each time; the sweep still finds the rows that were given up.
   */
  private wakeByStream(dispatch: GovernedFunction, { on, accessLogs }: OutboxProps): void {
    const streamArn = on.store.table.tableStreamArn ?? '';
    const failures = failedBatches(this, accessLogs);
    dispatch
      .allow({
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [streamArn],
      })
      .allow({ actions: ['dynamodb:ListStreams'], resources: ['*'], because: 'noResourceLevel' })
      .allow({ actions: ['s3:PutObject'], resources: [failures.arnForObjects('*')], because: 'failedBatches' })
      .allow({ actions: ['s3:ListBucket'], resources: [failures.bucketArn] });
    const mapping = new EventSourceMapping(this, 'Stream', {
      target: dispatch.lambda,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 10,
      retryAttempts: 5,
      maxRecordAge: Duration.hours(12),
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: {
            Keys: { pk: { S: FilterRule.beginsWith('OUTBOX#') } },
            NewImage: { woken_by: { S: FilterRule.isEqual(WOKEN_BY_STREAM) } },
          },
        }),
      ],
      onFailure: { bind: () => ({ destination: failures.bucketArn }) },
    });
    mapping.node.addDependency(dispatch.role);
  }
}

/** S3 receives the whole record of a failed invocation; a queue would receive only its position in the stream. */
const failedBatches = (scope: Construct, accessLogs: AccessLogs): Bucket =>
  new Bucket(scope, 'FailedBatches', {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    serverAccessLogsBucket: accessLogs.bucket,
    serverAccessLogsPrefix: 'FailedBatches/',
    lifecycleRules: [{ expiration: Duration.days(90) }],
    removalPolicy: RemovalPolicy.RETAIN,
  });

const allowEffects = (
  dispatch: GovernedFunction<'DispatchOutbox'>,
  { on, workflow, bus, mailFrom, mailTracking }: OutboxProps,
): void => {
  const { release, promotion, rollback, move, rotation } = workflow;
  const machines = [release, promotion, rollback, move, rotation].map(({ machine }) => machine);
  on.store.allowCommit(dispatch);
  on.store.allowDispatch(dispatch);
  on.ledger.allowAppend(dispatch, ['events']);
  on.files.allowReadApprovers(dispatch);
  allowSyncRegistry(dispatch);
  on.keys.link.allowUse('kms:GenerateMac', dispatch);
  dispatch
    .allow({
      actions: ['states:StartExecution', 'states:SendTaskSuccess'],
      resources: machines.map((machine) => machine.stateMachineArn),
    })
    .allow({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] })
    .allow({ actions: ['lambda:InvokeFunction'], resources: [workflow.renewal.lambda.functionArn] })
    .allow({
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': 'Assay' } },
      because: 'noResourceLevel',
    })
    // SES checks the permission on the identity that it has verified, the address, its domain or a parent of that, and in
    // its sandbox on the recipient's too, and on the configuration set. What counts is whom the mail says that it is from.
    .allow({
      actions: ['ses:SendEmail'],
      resources: [regional('ses', 'identity/*'), ...(mailTracking?.setArns ?? [])],
      conditions: { StringEquals: { 'ses:FromAddress': mailFrom } },
      because: 'mailIdentities',
    });
};
