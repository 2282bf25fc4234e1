import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { Alarms } from '../constructs/alarms.ts';
import { OnCallTopics } from '../constructs/on-call-topics.ts';
import { PagesAtOnce } from '../constructs/pages-at-once.ts';
import { PipelineDashboard } from '../constructs/pipeline-dashboard.ts';

export interface ObservabilityProps {
  readonly environment: string;
  /** Of the Lambda that looks at the fleet. */
  readonly logs: ILogGroup;
  /** Where events wait that were put on no page. */
  readonly lostPages: IQueue;
  /** The key of the topics; without one they are not encrypted at rest. */
  readonly onCallKeyArn?: string | undefined;
}

/** Who is told, of what, and where it is shown. It only reads metrics: without it, everything works and nobody hears of it. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    const { environment, logs, lostPages, onCallKeyArn: keyArn } = props;
    super(scope, id, { description: 'Assay: alarms, topics for those on call, and the dashboard' });
    const topics = new OnCallTopics(this, 'OnCall', { environment, keyArn });
    new PagesAtOnce(this, 'AtOnce', { environment, topic: topics.pages, lostPages });
    new Alarms(this, 'Alarms', { environment, topics });
    new PipelineDashboard(this, 'Pipeline', { environment, logs });
    new CfnOutput(this, 'PagesTopicArn', { value: topics.pages.topicArn });
    new CfnOutput(this, 'NoticesTopicArn', { value: topics.notices.topicArn });
  }
}
