/** A tier that is to be lowered, in words for those who decide. */
import type { Release } from '../../domain/release/release.ts';
import type { TierOverride } from '../../domain/release/tier-override.ts';
import { roleInSentence } from './wording.ts';

export const rolesInSentence = (roles: readonly string[]): string => roles.map(roleInSentence).join(' and the ');

/** Who has to agree, and what happens otherwise. */
export const consentInWords = ({ declared, roles }: TierOverride): string =>
  `Tier ${declared} counts only if the ${rolesInSentence(roles)} approve, each a different person. If one of those asked denies it, or the approvals are not complete in time, the release is rejected.`;

/** What becomes of a request that nobody answers. */
export const unansweredInWords = ({ tierOverride }: Release): string =>
  tierOverride === undefined ? 'the request expires' : 'the release is rejected';
