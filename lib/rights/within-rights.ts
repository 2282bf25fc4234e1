import type { ReleaseStore } from '../domain/change/release-store.ts';
import { beyondRights, type Writer } from './writers.ts';

/** A store that refuses what this Lambda may not write. What takes one cannot be tested with more rights than are deployed. */
export type StoreOf<W extends Writer> = ReleaseStore & { readonly writer: W };

/**
 * The store of one Lambda. IAM bounds its role to the same partitions; here it is said which Lambda wants what, also
 * where IAM is not enforced.
 */
export const withinRights = <W extends Writer>(writer: W, store: ReleaseStore): StoreOf<W> => ({
  ...store,
  writer,
  commit: async (change, now, foreseen) => {
    const beyond = beyondRights(writer, change);
    if (beyond.length > 0) {
      throw new Error(`${writer} may not write ${beyond.join(', ')} for ${change.event.event_type}`);
    }
    return store.commit(change, now, foreseen);
  },
});
