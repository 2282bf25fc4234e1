import type { Rule } from '../history.ts';

/**
 * The pointer must flip away from the live release: a promotion supersedes it, a rollback goes back to its fallback or to
 * nothing. An alarm goes back to nothing only where there is no fallback, and Assay itself only where something else was found to
 * serve than people approved.
 */
export const flipIsOfTheLive: Rule = (event, { fallback, isDeviating }, { live }) => {
  const { event_type: type, release_id: releaseId, actor_role: role, details } = event;
  if (type === 'deployment_promoted') {
    if (details['superseded'] === live) return undefined;
    return live === '' ? 'nothing was in production that it could supersede' : `it does not name ${live} as superseded`;
  }
  if (type !== 'rollback_executed') return undefined;
  if (releaseId !== live) return `${live || 'nothing'} is in production`;
  if (details['to'] === fallback || (details['to'] === '' && mayLeaveNothing(role, isDeviating))) return undefined;
  return `it does not go back to ${fallback || 'nothing'}`;
};

const mayLeaveNothing = (role: string, isDeviating: boolean): boolean =>
  role === 'operator' || (role === 'system' && isDeviating);
