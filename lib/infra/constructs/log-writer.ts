import { Aws, Duration } from 'aws-cdk-lib';
import { type EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct, type IDependable } from 'constructs';
import { auditLockOf, type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { OWN_SOURCE } from './release-intake.ts';
import { allowReadPublicKey } from './signing-keys.ts';

/** Events that change which model serves are signed for at once, and not with the next minute's checkpoint. */
const AT_ONCE = ['Release Promoted', 'Release Rolled Back'];

export interface LogWriterProps {
  readonly on: Foundations;
  readonly bus: EventBus;
  /** What an update replaces first: the Lambdas that take decisions and sign records. */
  readonly after: readonly IDependable[];
}

/**
 * The only writer of the transparency log: it gives every event its place in the tree, and signs the checkpoints. Every minute it
 * also gathers who was given which rows.
 */
export class LogWriter extends Construct {
  /** The name of this log, as verifiers know it: a URL without scheme, as C2SP recommends. */
  readonly origin: string;

  constructor(scope: Construct, id: string, { on, bus, after }: LogWriterProps) {
    super(scope, id);
    this.origin = `assay/${Aws.ACCOUNT_ID}/${Aws.REGION}/${on.environment}`;
    const extend = new GovernedFunction(this, 'ExtendLog', {
      defaults: on.defaults,
      timeoutSeconds: 300,
      environment: {
        ...tableOf(on),
        AUDIT_BUCKET: on.ledger.bucket.bucketName,
        ...auditLockOf(on),
        LOG_KEY_ID: on.keys.log.keyArn,
        LOG_ORIGIN: this.origin,
        ...on.keys.decisionEnvironment,
        ATTESTATION_KEY_ID: on.keys.attestation.keyArn,
      },
    });
    // It publishes the keys of decisions and of attestations: from the next checkpoint on, no former version may take a decision unsigned.
    extend.lambda.node.addDependency(...after);
    on.store.allowCommit(extend);
    on.store.allowExtendLog(extend);
    on.store.allowGatherAccess(extend);
    on.ledger.allowAppend(extend, ['bundles', 'rows', 'checkpoints', 'access']);
    on.keys.log.allowUse('kms:Sign', extend);
    allowReadPublicKey(extend, on.keys.log, on.keys.decision, on.keys.attestation);
    const target = new LambdaFunction(extend.lambda);
    new Rule(this, 'EveryMinute', { schedule: Schedule.rate(Duration.minutes(1)), targets: [target] });
    new Rule(this, 'ServingChanged', {
      eventBus: bus,
      eventPattern: { source: [OWN_SOURCE], detailType: AT_ONCE },
      targets: [target],
    });
  }
}
