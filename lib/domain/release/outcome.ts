import * as z from 'zod';
import { type Release, withdrawalOf } from './release.ts';

/** What becomes of a release, as far as the people whom it concerns hear of it. */
export const Outcome = z.enum(['rejected', 'denied', 'withdrawn', 'expired', 'promoted', 'rolled_back']);
export type Outcome = z.infer<typeof Outcome>;

/** The rule of the reason that a release is rejected for when a person denies it. */
export const DENIED = 'human_approval';

/**
 * Every outcome that is true of a release, by its own row. A message may be sent late: that a release was promoted is no news any
 * more once it has been rolled back.
 */
export const outcomesOf = (release: Release): readonly Outcome[] => {
  switch (release.state) {
    case 'rejected':
      return [rejectionOf(release)];
    case 'expired':
      return ['expired'];
    case 'production':
      return release.approvalExpiredAt === undefined ? ['promoted'] : ['promoted', 'expired'];
    case 'superseded':
      return ['promoted'];
    case 'rolled_back':
      return ['rolled_back'];
    default:
      return [];
  }
};

const rejectionOf = (release: Release): Outcome => {
  if (withdrawalOf(release) !== undefined) return 'withdrawn';
  return release.reasons.some(({ rule }) => rule === DENIED) ? 'denied' : 'rejected';
};
