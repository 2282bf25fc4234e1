import { type EventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters.ts';
import { sweepEndpoints } from './endpoint-sweep.ts';
import { deliverTo } from './event-delivery.ts';
import { type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { OWN_SOURCE } from './release-intake.ts';

/** What Assay says itself, and a rollback may follow from. */
const OWN_ALARMS = {
  ModelPackageRejected: 'Model Package Rejected',
  MonitoringBreached: 'Monitoring Breached',
} as const;

/**
 * Watches what serves: the endpoints are compared with what was approved, and an alarm named
 * `assay/<environment>/<model>/<symptom>` requests a rollback. So does a package that was rejected by hand, and what a monitor found, where the policy says so.
 */
export class Serving extends Construct {
  constructor(scope: Construct, id: string, on: Foundations, bus: EventBus) {
    super(scope, id);
    const deadLetters = new DeadLetters(this, 'DeadLetters', on);
    const request = new GovernedFunction(this, 'RequestRollback', {
      defaults: on.defaults,
      environment: { ...tableOf(on), ENVIRONMENT: on.environment },
      timeoutSeconds: 60,
      deadLetters: deadLetters.queue,
    });
    on.store.allowCommit(request);
    const changes = { source: ['aws.cloudwatch'], detailType: ['CloudWatch Alarm State Change'] };
    const state = { value: ['ALARM'] };
    const targets = [deliverTo(request, deadLetters)];
    sweepEndpoints(this, on, deadLetters);
    new Rule(this, 'AlarmStateChange', {
      eventPattern: { ...changes, detail: { alarmName: Match.prefix(`assay/${on.environment}/`), state } },
      targets,
    });
    // Assay's own word, which is held against the table again.
    for (const [id, detailType] of Object.entries(OWN_ALARMS)) {
      new Rule(this, id, { eventBus: bus, eventPattern: { source: [OWN_SOURCE], detailType: [detailType] }, targets });
    }
    // Names of an earlier version had no environment. Without a word about them, people would wait for a rollback.
    new Rule(this, 'FormerAlarmName', {
      eventPattern: {
        ...changes,
        resources: Match.wildcard('*:alarm:assay/*'),
        detail: { alarmName: Match.anythingButWildcard('assay/*/*/*'), state },
      },
      targets,
    });
  }
}
