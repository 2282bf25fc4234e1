import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { warnOfExpiry } from '../../../lib/domain/serving/expiry-warnings.ts';
import type { Performer } from '../tools.ts';

/** Of two that do this at once, one meets the version of the release that the other one wrote, and finds people warned. */
export const warnIfExpiring: Performer<'warn_of_expiry', 'store' | 'now'> = async ({ releaseId }, { store, now }) => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  const at = now();
  const change = warnOfExpiry(release, at);
  if (change !== undefined) await store.commit(change, at);
};
