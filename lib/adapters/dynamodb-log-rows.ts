import { dynamodbAccessRows } from './dynamodb-access.ts';
import { dynamodbLogStore } from './dynamodb-log-store.ts';
import { readsTogether } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';

/** The rows of the log's one writer. What it asks of both at one moment is one call. */
export const dynamodbLogRows = (tableName: string, client = documentClient) => {
  const reads = readsTogether(tableName, client);
  return { log: dynamodbLogStore(tableName, client, reads), accesses: dynamodbAccessRows(tableName, client, reads) };
};
