import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { regional } from '../permissions.ts';
import { DeadLetters } from './dead-letters.ts';
import type { Foundations } from './foundations.ts';

/**
 * Where the events wait that should have been put on a page, and could not be: a key that EventBridge may not use is enough. The look
 * counts them, and the alarm about dead letters goes by CloudWatch, so that those on call hear of it by another way.
 */
export class LostPages extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { on, busName }: { readonly on: Foundations; readonly busName: string }) {
    super(scope, id);
    this.queue = new DeadLetters(this, 'DeadLetters', on).queue;
    // The rules are in the stack of the alarms: none is named here, so that it can be deployed later, or not at all.
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'RulesOfTheBus',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': regional('events', `rule/${busName}/*`) } },
      }),
    );
  }
}
