import type { Change } from '../../lib/domain/change/change.ts';
import { recordFault } from '../../lib/domain/gate/record-fault.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { NOW } from './approval-case.ts';

type Broke = Parameters<typeof recordFault>[1];

/** How the machine of a release that no attempt acts for broke, which goes on to nothing. */
export const aFault = (changes: Partial<Broke> = {}): Broke => ({
  ...{ attempt: undefined, how: 'first', error: 'States.Timeout', next: 'recorded', now: NOW },
  ...changes,
});

export const aFaultOf = (release: Release, changes?: Partial<Broke>): Change => recordFault(release, aFault(changes));
