/** Those on call, as a queue that is told what a topic of the deployment tells. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { clientConfig, localAccountId, localRegion } from './clients.ts';
import { callSns, callSqs } from './query-api.ts';
import { LOCAL_CONTEXT } from './synth.ts';

const STACK = `assay-${LOCAL_CONTEXT.environment}-observability`;

/** The topics that alarms and rules tell, by the names of the stack's outputs. */
export const onCallTopics = async (awsEndpoint: string): Promise<Record<string, string>> => {
  const cloudFormation = new CloudFormationClient(clientConfig(awsEndpoint));
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: STACK }));
  return Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
};

type Received = { readonly Messages?: readonly { readonly Body: string; readonly ReceiptHandle: string }[] };

const Body = z.object({ Message: z.string() });
const OfAlarm = z.object({ AlarmName: z.string(), NewStateValue: z.string() });

/** Subscribes a queue. What it answers then is what was told so far: an alarm that went off by its name, anything else by its text. */
export const subscriber = async (awsEndpoint: string, TopicArn: string, QueueName: string) => {
  const { QueueUrl } = await callSqs<{ QueueUrl: string }>(awsEndpoint, 'CreateQueue', { QueueName });
  const Endpoint = `arn:aws:sqs:${localRegion}:${localAccountId}:${QueueName}`;
  await callSns(awsEndpoint, 'Subscribe', { TopicArn, Protocol: 'sqs', Endpoint });
  const told = new Set<string>();
  return async (): Promise<ReadonlySet<string>> => {
    const asked = { QueueUrl, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await callSqs<Received>(awsEndpoint, 'ReceiveMessage', asked);
    for (const { Body: body, ReceiptHandle } of Messages) {
      const { Message } = Body.parse(JSON.parse(body));
      const alarm = Message.startsWith('{') ? OfAlarm.parse(JSON.parse(Message)) : undefined;
      if (alarm === undefined) told.add(Message);
      else if (alarm.NewStateValue === 'ALARM') told.add(alarm.AlarmName);
      await callSqs(awsEndpoint, 'DeleteMessage', { QueueUrl, ReceiptHandle });
    }
    return told;
  };
};
