/** A client of the local table that counts the calls that it makes. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientConfig } from '../local/clients.ts';

export const countingClient = (endpoint: string) => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(endpoint)), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const counted = { calls: 0 };
  client.middlewareStack.add((next) => (args) => {
    counted.calls += 1;
    return next(args);
  });
  return { client, counted };
};
