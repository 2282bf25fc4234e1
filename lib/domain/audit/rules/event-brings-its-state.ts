import { BROUGHT_BY, mayLeave } from '../brought-by.ts';
import type { Rule } from '../history.ts';

/** An event that decides leaves the release as it decided, and the evaluation as its outcome says. */
export const eventBringsItsState: Rule = ({ approval_state: to, event_type: type, details }, { state: from }) => {
  const states = Object.entries(BROUGHT_BY).flatMap(([state, broughtBy]) =>
    (broughtBy as readonly string[]).includes(type) ? [state] : [],
  );
  if (states.length === 0 || (mayLeave(type, from) && to === from)) return undefined;
  if (!states.includes(to)) return `the release is then ${states.join(' or ')}, not ${to}`;
  const isContradicted = type === 'evaluation_completed' && details['outcome'] === 'deny' && to !== 'rejected';
  return isContradicted ? `its outcome is deny, but the release is then ${to}` : undefined;
};
