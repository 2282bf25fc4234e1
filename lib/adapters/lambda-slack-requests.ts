import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { SlackRequest } from './slack-requests.ts';

const lambda = new LambdaClient({});

/**
 * Has another Lambda answer a request of Slack, as it came and with its signature. Lambda has queued it when this returns, and
 * tries it three times.
 */
export const passOnTo =
  (FunctionName: string, client: Pick<LambdaClient, 'send'> = lambda) =>
  async ({ timestamp, signature, body }: SlackRequest): Promise<void> => {
    const slack = { timestamp, signature, body: Buffer.from(body).toString('base64') };
    await client.send(
      new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify({ slack })) }),
    );
  };
