import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Foundations } from './foundations.ts';

/**
 * Where events wait for a person after every attempt to handle them has failed, for as long as SQS can keep them. An event
 * holds a whole manifest, with the values of its environment, so the queue itself says who may read: rights that a role has
 * on all queues do not count.
 */
export class DeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { deadLetterReaders: readers }: Pick<Foundations, 'deadLetterReaders'>) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyReaders',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['sqs:ReceiveMessage', 'sqs:StartMessageMoveTask'],
        resources: [this.queue.queueArn],
        ...(readers.length === 0 ? {} : { conditions: { ArnNotEquals: { 'aws:PrincipalArn': [...readers] } } }),
      }),
    );
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is the dead-letter queue itself.',
    });
  }
}
