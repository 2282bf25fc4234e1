import { Aws } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { regional } from '../permissions.ts';
import { alarmName } from './governed-alarm.ts';

/**
 * Where pagers and mail boxes subscribe: one topic for what is critical, one for warnings. CloudWatch may publish there for the alarms of
 * this deployment, and encrypts with a key of ours: the one of AWS does not let it.
 */
export class OnCallTopics extends Construct {
  readonly pages: Topic;
  readonly notices: Topic;

  constructor(scope: Construct, id: string, { environment }: { readonly environment: string }) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      description: `Assay ${environment}: messages of alarms`,
      enableKeyRotation: true,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    this.pages = openTopic(this, 'Pages', environment, key);
    this.notices = openTopic(this, 'Notices', environment, key);
  }
}

const openTopic = (scope: Construct, id: string, environment: string, masterKey: Key): Topic => {
  const topic = new Topic(scope, id, { masterKey, enforceSSL: true });
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
