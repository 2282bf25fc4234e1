import { ReleaseState, TRANSITIONS } from '../../release/lifecycle.ts';
import { BROUGHT_BY } from '../brought-by.ts';
import type { Rule } from '../history.ts';

export const transitionIsLegal: Rule = ({ approval_state: to, event_type: type }, { state: from }) => {
  const next = ReleaseState.safeParse(to).data;
  if (next === undefined) return `${to} is no state of a release`;
  if (from === next) return BROUGHT_BY[next] === type ? `it is ${next} already` : undefined;
  const isAllowed = from === undefined ? next === 'draft' : TRANSITIONS[from].includes(next);
  if (!isAllowed) return `a release that is ${from ?? 'not there yet'} cannot become ${next}`;
  const broughtBy = BROUGHT_BY[next] ?? type;
  return broughtBy === type ? undefined : `only ${broughtBy} makes a release ${next}`;
};
