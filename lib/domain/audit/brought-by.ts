import type { EventType } from '../ledger/event.ts';
import type { ReleaseState } from '../release/lifecycle.ts';

/** The states that only one type of event can bring a release into. */
export const BROUGHT_BY: Partial<Record<ReleaseState, EventType>> = {
  draft: 'release_requested',
  approved: 'release_approved',
  production: 'deployment_promoted',
  rolled_back: 'rollback_executed',
};
