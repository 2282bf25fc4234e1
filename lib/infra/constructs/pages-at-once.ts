import { EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { busNameIn, OWN_SOURCE } from './release-intake.ts';

type Page = {
  /** The domain events that it tells of. */
  readonly events: readonly string[];
  /** What follows their name; a field of the detail is put in by its name. */
  readonly text: (of: (field: string) => string) => string;
};

/** What those on call hear of as it happens. */
const PAGES: Readonly<Record<string, Page>> = {
  BreakGlass: {
    events: ['Break Glass Requested', 'Break Glass Confirmed', 'Break Glass Used'],
    text: (of) =>
      `${of('modelName')}, release ${of('releaseId')}, for ${of('incident')}. Who and why: assay break-glass list.`,
  },
  RollbackWaits: {
    events: ['Rollback Waits'],
    text: (of) =>
      `${of('modelName')}. ${of('orderedBy')} ordered a rollback, to take ${of('releaseId')} out of production. SageMaker takes no other order while a strategy brings traffic to ${of('waitsFor')}, until ${of('waitsUntil')} at the latest. ${of('endsSooner')} Which strategy it is: assay status ${of('waitsFor')}.`,
  },
  // Nothing goes on by itself after these: a person has to act.
  Serving: {
    events: ['Rollback Refused', 'Endpoint Not Restored', 'Endpoint Move Faulted'],
    text: (of) =>
      `${of('modelName')}, release ${of('releaseId')}. A person has to act. What serves: assay status ${of('modelName')}. Why: assay status ${of('releaseId')}.`,
  },
  // The alarms of these names stand on the next look, and stay on as long as it is so. An endpoint may be of no model.
  Findings: {
    events: ['Governance Record Mismatch', 'Model Missing Governance Record'],
    text: (of) =>
      `endpoint=${of('endpointName')} model=${of('modelName')} release=${of('releaseId')} found=${of('foundAt')}. What it serves: assay endpoints served ${of('endpointName')}. What to do: the section of that name in docs/runbook.md.`,
  },
};

export interface PagesAtOnceProps {
  readonly environment: string;
  readonly topic: Topic;
  /** Where an event waits that could not be published, which a topic with a key refuses for want of a right. */
  readonly lostPages: IQueue;
}

/**
 * Tells the pagers of what cannot wait, within seconds. By rules and not by alarms: an alarm costs money each month, says no more than a
 * number, and of two within its period only the first. Where nothing was counted for weeks, CloudWatch may take minutes to see the metric.
 */
export class PagesAtOnce extends Construct {
  constructor(scope: Construct, id: string, { environment, topic, lostPages }: PagesAtOnceProps) {
    super(scope, id);
    const eventBus = EventBus.fromEventBusName(this, 'Bus', busNameIn(environment));
    const deadLetterConfig = { arn: lostPages.queueArn };
    // EventBridge would try for a day before it gives up, and nobody would hear of a page that is late.
    const retryPolicy = { maximumEventAgeInSeconds: 300 };
    for (const [name, { events, text }] of Object.entries(PAGES)) {
      const of = (field: string) => EventField.fromPath(`$.detail.${field}`);
      const said = `${EventField.fromPath('$.detail-type')} in ${environment}: ${text(of)}`;
      const rule = new Rule(this, name, {
        eventBus,
        eventPattern: { source: [OWN_SOURCE], detailType: [...events] },
        targets: [
          {
            bind: () => ({ arn: topic.topicArn, input: RuleTargetInput.fromText(said), deadLetterConfig, retryPolicy }),
          },
        ],
      });
      // The target of the CDK would let any rule publish, those of other accounts among them.
      topic.addToResourcePolicy(
        new PolicyStatement({
          sid: `${name}Publishes`,
          principals: [new ServicePrincipal('events.amazonaws.com')],
          actions: ['sns:Publish'],
          resources: [topic.topicArn],
          conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
        }),
      );
    }
  }
}
