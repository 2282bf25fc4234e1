import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters.ts';
import { deliverTo } from './event-delivery.ts';
import { type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';

/** Watches the endpoints: an alarm whose name begins with `assay/` requests a rollback. */
export class Serving extends Construct {
  constructor(scope: Construct, id: string, on: Foundations) {
    super(scope, id);
    const deadLetters = new DeadLetters(this, 'DeadLetters', on);
    const request = new GovernedFunction(this, 'RequestRollback', {
      defaults: on.defaults,
      environment: tableOf(on),
      timeoutSeconds: 60,
      deadLetters: deadLetters.queue,
    });
    on.store.allowCommit(request);
    new Rule(this, 'AlarmStateChange', {
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: Match.prefix('assay/'), state: { value: ['ALARM'] } },
      },
      targets: [deliverTo(request, deadLetters)],
    });
  }
}
