import { dynamodbReleaseStore } from '../adapters/dynamodb-release-store.ts';
import { type StoreOf, withinRights } from '../rights/within-rights.ts';
import type { Writer } from '../rights/writers.ts';

/** The table as this Lambda may write it. */
export const releaseStoreOf = <W extends Writer>(writer: W, tableName: string): StoreOf<W> =>
  withinRights(writer, dynamodbReleaseStore(tableName));
