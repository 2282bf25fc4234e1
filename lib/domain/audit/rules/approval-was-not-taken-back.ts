import { reliedOn } from '../counted-approvals.ts';
import type { Rule } from '../history.ts';

/**
 * An approval does not count any more once the same person has decided against the same bytes, in whichever release and on whichever
 * chain, and nobody can have answered that denial. The gate judges so where the release is approved, and where it goes live.
 */
export const approvalWasNotTakenBack: Rule = (event, history, model) => {
  const said = reliedOn(event, history, model)?.takenBack.map(
    ({ outcome, decidedBy, releaseId, decidedAt }) =>
      `${decidedBy} ${outcome === 'denied' ? 'denied' : 'asked for changes to'} the same bytes as ${releaseId} at ${decidedAt}`,
  );
  return said === undefined || said.length === 0 ? undefined : `${said.join(', ')}, after approving it`;
};
