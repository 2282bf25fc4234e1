import { ReleaseState, TRANSITIONS } from '../../release/lifecycle.ts';
import { BROUGHT_BY, mayLeave } from '../brought-by.ts';
import type { Rule } from '../history.ts';

const WITHDRAWS = 'approval_withdrawn';

export const transitionIsLegal: Rule = ({ approval_state: to, event_type: type }, { state: from }) => {
  const next = ReleaseState.safeParse(to).data;
  if (next === undefined) return `${to} is no state of a release`;
  const broughtBy: readonly string[] = BROUGHT_BY[next];
  const brings = broughtBy.includes(type);
  if (from === next) return brings && !mayLeave(type, from) ? `it is ${next} already` : undefined;
  const isAllowed = from === undefined ? next === 'draft' : TRANSITIONS[from].includes(next);
  if (!isAllowed) return `a release that is ${from ?? 'not there yet'} cannot become ${next}`;
  if (from === 'approved' && next === 'rejected' && type !== WITHDRAWS) {
    return `only ${WITHDRAWS} makes a release rejected that was approved`;
  }
  if (brings) return undefined;
  return `only ${broughtBy.join(', ') || 'an event of another release'} makes a release ${next}`;
};
