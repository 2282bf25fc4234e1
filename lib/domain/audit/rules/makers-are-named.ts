import type { Rule } from '../history.ts';

/** Who is not named as a maker could approve their own work. */
export const makersAreNamed: Rule = ({ event_type: type, details }) => {
  if (type !== 'release_requested') return undefined;
  const missing = ['requested_by', 'trained_by'].find(
    (maker) => typeof details[maker] !== 'string' || details[maker] === '',
  );
  return missing && `it does not say ${missing}`;
};
