import { dynamodbReleaseStore } from '../adapters/dynamodb-release-store.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import { beyondRights, type Writer } from '../domain/change/writers.ts';

/**
 * The store of one Lambda. IAM bounds its role to the same partitions; here it is said which Lambda wants what, also
 * where IAM is not enforced.
 */
export const releaseStoreOf = (writer: Writer, tableName: string): ReleaseStore => {
  const store = dynamodbReleaseStore(tableName);
  return {
    ...store,
    commit: async (change, now) => {
      const beyond = beyondRights(writer, change);
      if (beyond.length > 0) {
        throw new Error(`${writer} may not write ${beyond.join(', ')} for ${change.event.event_type}`);
      }
      return store.commit(change, now);
    },
  };
};
