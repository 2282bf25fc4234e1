import { BROUGHT_BY } from '../brought-by.ts';
import type { Rule } from '../history.ts';

export const eventBringsItsState: Rule = ({ approval_state: to, event_type: type }) => {
  const [expected] = Object.entries(BROUGHT_BY).find(([, broughtBy]) => broughtBy === type) ?? [to];
  return expected === to ? undefined : `the release is then ${expected}, not ${to}`;
};
