import type { EventType } from '../ledger/event.ts';
import type { ReleaseState } from '../release/lifecycle.ts';

/** The types of event that bring a release into each state. No other event of the release does. */
export const BROUGHT_BY: Readonly<Record<ReleaseState, readonly EventType[]>> = {
  draft: ['release_requested'],
  validated: ['evaluation_completed'],
  approved: ['release_approved'],
  // The rollback of the release after it does as well, but that is an event of the other release.
  production: ['deployment_promoted'],
  // The promotion of the next release does, which is an event of the other release.
  superseded: [],
  rolled_back: ['rollback_executed'],
  // This version retires nothing.
  retired: [],
  rejected: ['evaluation_completed', 'approval_denied', 'changes_requested', 'approval_withdrawn', 'release_faulted'],
  expired: ['approval_expired'],
};

/**
 * Whether an event may also leave the release in the state that it is in: only one that is not approved yet is ended by
 * a fault, and what serves goes on when its approval expires.
 */
export const mayLeave = (type: string, state: ReleaseState | undefined): boolean =>
  type === 'release_faulted' || (type === 'approval_expired' && state === 'production');
