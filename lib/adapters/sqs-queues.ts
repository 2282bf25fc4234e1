/** How many messages wait in a queue. It is one call, made with what the SDK would sign any other with. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';

const Answer = z.object({ Attributes: z.object({ ApproximateNumberOfMessages: z.coerce.number().int().min(0) }) });

/** Nothing of CloudWatch is called with it: a client is how the SDK shows its credentials and its region. */
const { credentials, region, sha256 } = new CloudWatchClient({}).config;
const signer = new SignatureV4({ service: 'sqs', credentials, region, sha256 });

export const messagesIn = async (queueUrl: string): Promise<number> => {
  const { protocol, hostname, host, port } = new URL(queueUrl);
  const { headers, body } = await signer.sign({
    method: 'POST',
    protocol,
    hostname,
    ...(port !== '' && { port: Number(port) }),
    path: '/',
    headers: {
      host,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.GetQueueAttributes',
    },
    body: JSON.stringify({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  });
  const { host: _, ...sent } = headers;
  const answer = await fetch(`${protocol}//${host}/`, {
    method: 'POST',
    headers: sent,
    body,
    signal: AbortSignal.timeout(5_000),
  });
  if (!answer.ok)
    throw new Error(`could not read ${queueUrl}: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
  return Answer.parse(await answer.json()).Attributes.ApproximateNumberOfMessages;
};
