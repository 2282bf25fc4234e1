import type { SealedEvent } from '../domain/ledger/chain.ts';
import { dynamodbAccessRows } from './dynamodb-access.ts';
import { countsBeside, noteEntries } from './dynamodb-event-counts.ts';
import { dynamodbLogStore } from './dynamodb-log-store.ts';
import { readsTogether } from './dynamodb-reads.ts';
import { documentClient } from './dynamodb-release-store.ts';

/** The rows of the log's one writer. What it asks of all of them at one moment is one call. */
export const dynamodbLogRows = (tableName: string, client = documentClient) => {
  const reads = readsTogether(tableName, client);
  const counts = countsBeside(reads.item);
  return {
    log: dynamodbLogStore(tableName, client, reads, counts),
    accesses: dynamodbAccessRows(tableName, client, reads),
    /** Counts entries of the log that were not counted when it was extended by them. */
    count: async (from: number, entries: readonly SealedEvent[]): Promise<void> => {
      if (counts.have(from + entries.length)) return;
      await noteEntries(
        tableName,
        from,
        entries.map(({ event }) => event),
        client,
      );
    },
  };
};
