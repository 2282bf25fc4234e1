import type { Rule } from '../history.ts';

/** What serves is moved from where it serves, to where somebody asked for it, and in the name of that person. */
export const moveWasRequested: Rule = (event, _, { live, endpoint, movesAsked }) => {
  const { event_type: type, release_id: releaseId, actor_id: actor, details } = event;
  if (type !== 'endpoint_moved') return undefined;
  if (releaseId !== live) return `${live || 'nothing'} is in production`;
  if (details['from'] !== endpoint) return `it serves from ${endpoint || 'an endpoint that no event names'}`;
  return movesAsked.has(`${actor} ${details['to']}`) ? undefined : `${actor} did not ask for it`;
};
