import type { Rule } from '../history.ts';

/** A rollback is executed in the name of who asked for it: nobody else may be asked to release the hold that it brings. */
export const rollbackWasRequested: Rule = ({ event_type: type, actor_id: actor }, { rollbackAskedBy }) => {
  if (type !== 'rollback_executed' || rollbackAskedBy === actor) return undefined;
  return rollbackAskedBy === undefined ? 'nobody asked for it' : `${rollbackAskedBy} asked for it, not ${actor}`;
};
