/** A client of the local table that counts the calls that it makes, and the rows that they look at. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientConfig } from '../local/clients.ts';

/** What a call has looked at, of a query also what its filter left out. */
const rowsIn = (output: object): number => {
  const of = (name: string): unknown => Reflect.get(output, name);
  const [scanned, items, item, responses] = [of('ScannedCount'), of('Items'), of('Item'), of('Responses')];
  if (typeof scanned === 'number') return scanned;
  if (Array.isArray(items)) return items.length;
  return item === undefined ? Object.values(responses ?? {}).flat().length : 1;
};

export const countingClient = (endpoint: string) => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(endpoint)), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const counted = { calls: 0, rows: 0 };
  client.middlewareStack.add((next) => async (args) => {
    const answer = await next(args);
    counted.calls += 1;
    counted.rows += rowsIn(answer.output);
    return answer;
  });
  return { client, counted };
};
