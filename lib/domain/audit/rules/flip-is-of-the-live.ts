import type { Rule } from '../history.ts';

/**
 * The pointer must flip away from the live release: a promotion supersedes it, a rollback goes back to its fallback.
 */
export const flipIsOfTheLive: Rule = ({ event_type: type, release_id: releaseId, details }, { fallback }, { live }) => {
  if (type === 'deployment_promoted') {
    if (details['superseded'] === live) return undefined;
    return live === '' ? 'nothing was in production that it could supersede' : `it does not name ${live} as superseded`;
  }
  if (type !== 'rollback_executed') return undefined;
  if (releaseId !== live) return `${live || 'nothing'} is in production`;
  return fallback !== '' && details['to'] === fallback ? undefined : `it does not go back to ${fallback || 'anything'}`;
};
