import type { ActiveFreeze } from '../policy/active-freezes.ts';
import type { Reason } from '../release/release.ts';

export const FREEZE = 'freeze';

/** One reason for each window that is on, with its name and its end there and in UTC. */
export const freezeReasons = (freezes: readonly ActiveFreeze[]): Reason[] =>
  freezes.map(({ name, until, untilThere, waits }) => ({
    rule: FREEZE,
    evidence: '',
    explanation: `the freeze “${name}” is on until ${untilThere} (${until}): ${waits ? WAITS : REFUSED}`,
  }));

const WAITS = 'a promotion that nothing else stands against waits, and is judged again then';
const REFUSED = 'the promotion is refused, and an operator may ask for it again then';
