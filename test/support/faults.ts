import type { Change } from '../../lib/domain/change/change.ts';
import { recordFault } from '../../lib/domain/gate/promotion.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { NOW } from './approval-case.ts';

/** That its machine broke, and goes on to nothing. */
export const aFaultOf = (release: Release): Change =>
  recordFault(release, { error: 'States.Timeout', next: 'recorded' }, NOW);
