import { Aws } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { regional } from '../permissions.ts';
import { alarmName } from './governed-alarm.ts';

export interface OnCallTopicsProps {
  readonly environment: string;
  /** The key that encrypts what waits to be delivered, whose policy lets CloudWatch use it: the one of AWS does not let it. */
  readonly keyArn?: string | undefined;
}

/**
 * Where pagers and mail boxes subscribe: one topic for what is critical, one for warnings. CloudWatch may publish there for the alarms of
 * this deployment, and the rules about what cannot wait to the first. A message has the name of the alarm, its sentence and a number, so a key of its own is up to the user.
 */
export class OnCallTopics extends Construct {
  readonly pages: Topic;
  readonly notices: Topic;

  constructor(scope: Construct, id: string, { environment, keyArn }: OnCallTopicsProps) {
    super(scope, id);
    const key = keyArn === undefined ? undefined : Key.fromKeyArn(this, 'Key', keyArn);
    this.pages = openTopic(this, 'Pages', environment, key);
    this.notices = openTopic(this, 'Notices', environment, key);
  }
}

const openTopic = (scope: Construct, id: string, environment: string, masterKey: IKey | undefined): Topic => {
  const topic = new Topic(scope, id, { ...(masterKey && { masterKey }), enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsPublish',
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': regional('cloudwatch', `alarm:${alarmName(environment, '*')}`) },
      },
    }),
  );
  return topic;
};
