import { EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { busNameIn, OWN_SOURCE } from './release-intake.ts';

/** What those on call hear of at once: that somebody asks for it, that it is open, and that something passed by it. */
const TOLD = ['Break Glass Requested', 'Break Glass Confirmed', 'Break Glass Used'];

export interface BreakGlassPagesProps {
  readonly environment: string;
  readonly topic: Topic;
}

/**
 * Tells the pagers of each break-glass, as it happens. A rule and not an alarm: an alarm costs money each month, says no more than a
 * number, and of two within its period only the first.
 */
export class BreakGlassPages extends Construct {
  constructor(scope: Construct, id: string, { environment, topic }: BreakGlassPagesProps) {
    super(scope, id);
    const of = (name: string) => EventField.fromPath(`$.detail.${name}`);
    const said = `${EventField.fromPath('$.detail-type')} in ${environment}: ${of('modelName')}, release ${of('releaseId')}, for ${of('incident')}. Who and why: assay break-glass list.`;
    const rule = new Rule(this, 'Told', {
      eventBus: EventBus.fromEventBusName(this, 'Bus', busNameIn(environment)),
      eventPattern: { source: [OWN_SOURCE], detailType: TOLD },
      targets: [{ bind: () => ({ arn: topic.topicArn, input: RuleTargetInput.fromText(said) }) }],
    });
    // The target of the CDK would let any rule publish, those of other accounts among them.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'BreakGlassPublishes',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
      }),
    );
  }
}
