import type { Rule } from '../history.ts';

/** The pointer flips from the release that is live: a promotion supersedes it, a rollback goes back to its fallback. */
export const flipIsOfTheLive: Rule = ({ event_type: type, release_id: releaseId, details }, { fallback }, { live }) => {
  if (type === 'deployment_promoted') {
    return details['superseded'] === live ? undefined : `it does not name ${live || 'nothing'} as superseded`;
  }
  if (type !== 'rollback_executed') return undefined;
  if (releaseId !== live) return `${live || 'nothing'} is in production`;
  return fallback !== '' && details['to'] === fallback ? undefined : `it does not go back to ${fallback || 'anything'}`;
};

/** A holder of a former key could have made an envelope; only what the ledger has recorded is re-signed. */
