/** Those on call, as a queue that is told what their topics are told. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { clientConfig } from '../../../local/clients.ts';
import { callSns, callSqs } from '../../support/query-api.ts';
import { endpoints } from './world.ts';

const { awsEndpoint } = endpoints;
const STACK = 'assay-local-observability';

/** The topics that alarms tell, by the names of the stack's outputs. */
export const onCallTopics = async (): Promise<Record<string, string>> => {
  const cloudFormation = new CloudFormationClient(clientConfig(awsEndpoint));
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: STACK }));
  return Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
};

type Received = { readonly Messages?: readonly { readonly Body: string; readonly ReceiptHandle: string }[] };

/** A queue that is told what a topic tells, and the names of the alarms that it was told of so far. */
export const subscriber = async (topicArn: string, QueueName: string) => {
  const { QueueUrl } = await callSqs<{ QueueUrl: string }>(awsEndpoint, 'CreateQueue', { QueueName });
  const Endpoint = `arn:aws:sqs:${endpoints.region}:${endpoints.accountId}:${QueueName}`;
  await callSns(awsEndpoint, 'Subscribe', { TopicArn: topicArn, Protocol: 'sqs', Endpoint });
  const told = new Set<string>();
  return async (): Promise<Set<string>> => {
    const { Messages = [] } = await callSqs<Received>(awsEndpoint, 'ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: 10,
    });
    for (const { Body, ReceiptHandle } of Messages) {
      const { AlarmName, NewStateValue } = JSON.parse(JSON.parse(Body).Message);
      if (NewStateValue === 'ALARM') told.add(AlarmName);
      await callSqs(awsEndpoint, 'DeleteMessage', { QueueUrl, ReceiptHandle });
    }
    return told;
  };
};
