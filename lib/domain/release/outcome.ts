import * as z from 'zod';
import { mayUseApproval } from './lifecycle.ts';
import { givenByPeople, type Release, withdrawalOf } from './release.ts';

/** What becomes of a release, as far as the people whom it concerns hear of it. */
export const Outcome = z.enum([
  'rejected',
  'denied',
  'changes_requested',
  'withdrawn',
  'approved_with_conditions',
  'suspended',
  'renewed',
  'not_renewed',
  'expiring',
  'expired',
  'not_deployed',
  'promoted',
  'rolled_back',
]);
export type Outcome = z.infer<typeof Outcome>;

/** The rule of the reason that a release is rejected for when a person denies it. */
export const DENIED = 'human_approval';

/** The same where a person asks for changes: the next release may make them, and nothing is asked of it for that. */
export const CHANGES_REQUESTED = 'changes_requested' satisfies Outcome;

/** The rule of the reason that a release keeps if its endpoint did not come into service, until it is promoted again. */
export const NOT_DEPLOYED = 'deployment';

/**
 * Every outcome that is true of a release, by its own row. A message may be sent late: that a release was promoted is no news any
 * more once it has been rolled back.
 */
export const outcomesOf = (release: Release): readonly Outcome[] => [
  ...endOf(release),
  ...(release.suspendedSince !== undefined && mayUseApproval(release) ? ['suspended' as const] : []),
];

const endOf = (release: Release): readonly Outcome[] => {
  switch (release.state) {
    case 'rejected':
      return rejectionsOf(release);
    case 'expired':
      return ['expired'];
    case 'approved':
      return [
        'approved_with_conditions',
        // Whatever it says of its last attempt is why that ended before production; the next one says nothing yet.
        ...(release.reasons.length > 0 ? ['not_deployed' as const] : []),
      ];
    case 'production':
      return [
        'approved_with_conditions',
        'promoted',
        ...(release.approvalExpiredAt === undefined ? endingOf(release) : ['expired' as const]),
      ];
    case 'superseded':
      return ['promoted'];
    case 'rolled_back':
      return ['rolled_back'];
    default:
      return [];
  }
};

/** A warning of an end that has been put off since is none, and neither is that it could not be put off. */
const endingOf = (release: Release): readonly Outcome[] => {
  const { approvedUntil, approvalRenewedAt, expiryWarning, renewalRefused } = release;
  return [
    ...(approvalRenewedAt === undefined ? [] : ['renewed' as const]),
    ...(renewalRefused === undefined || renewalRefused.until !== approvedUntil ? [] : ['not_renewed' as const]),
    ...(expiryWarning === undefined || expiryWarning.until !== approvedUntil ? [] : ['expiring' as const]),
  ];
};

const rejectionsOf = (release: Release): readonly Outcome[] => {
  if (withdrawalOf(release) !== undefined) return ['withdrawn'];
  if (givenByPeople(release, DENIED) !== undefined) return ['denied'];
  // A message that a former version noted calls it rejected, and is still to be sent.
  return givenByPeople(release, CHANGES_REQUESTED) === undefined ? ['rejected'] : ['changes_requested', 'rejected'];
};
