import { readsTogether } from '../adapters/dynamodb-reads.ts';
import { documentClient, dynamodbReleaseReader, dynamodbReleaseStore } from '../adapters/dynamodb-release-store.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import { type StoreOf, withinRights } from '../rights/within-rights.ts';
import type { Writer } from '../rights/writers.ts';
import { keepingPolicies } from './kept-policies.ts';
import { sayingWhatIsLeftOut } from './left-out.ts';

/** The table as this Lambda may write it. What it asks for at one moment is one call. */
export const releaseStoreOf = <W extends Writer>(writer: W, tableName: string): StoreOf<W> => {
  const reads = readsTogether(tableName, documentClient);
  return withinRights(writer, keepingPolicies(dynamodbReleaseStore(tableName, documentClient, reads)));
};

/** The same for a Lambda that reads lists. */
export const listingStoreOf = <W extends Writer>(writer: W, tableName: string): StoreOf<W> =>
  sayingWhatIsLeftOut(releaseStoreOf(writer, tableName));

/** The same for a Lambda that looks for releases and reads all that is kept of one. */
export const releaseReaderOf = (
  tableName: string,
): Pick<ReleaseStore, 'get' | 'list' | 'legalHolds' | 'releasePage' | 'events'> =>
  sayingWhatIsLeftOut(keepingPolicies(dynamodbReleaseReader(tableName)));
