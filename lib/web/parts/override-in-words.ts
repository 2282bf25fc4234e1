/** A tier that is to be lowered, in words for those who decide. */
import type { LoweredDemands } from '../../domain/approval/lowered-demands.ts';
import type { Release } from '../../domain/release/release.ts';
import type { TierOverride } from '../../domain/release/tier-override.ts';
import { oneLine, roleInSentence } from './wording.ts';

export const rolesInSentence = (roles: readonly string[]): string => roles.map(roleInSentence).join(' and the ');

/** Who has to agree, and what happens otherwise. */
export const consentInWords = ({ declared, roles }: TierOverride): string =>
  `Tier ${declared} counts only if the ${rolesInSentence(roles)} approve, each a different person. If one of those asked denies it, or the approvals are not complete in time, the release is rejected.`;

/** What the higher tier would have asked for, a sentence each. */
export const lostInWords = ({ roles, checks, questions }: LoweredDemands, computed: string): string[] => {
  const lost = [
    ...(roles.length === 0 ? [] : [`At tier ${computed} the ${rolesInSentence(roles)} would have to approve as well.`]),
    ...(checks.length === 0 ? [] : [`At tier ${computed} these checks would stop the release: ${checks.join(', ')}.`]),
    ...questions.map(
      (question) => `At tier ${computed} you would have to answer: ${oneLine(question)} You are not asked this now.`,
    ),
  ];
  return lost.length > 0 ? lost : [nothingLost(computed)];
};

export const nothingLost = (computed: string): string =>
  `Tier ${computed} would ask for the same people, checks and answers.`;

/** What becomes of a request that nobody answers. */
export const unansweredInWords = ({ tierOverride }: Release): string =>
  tierOverride === undefined ? 'the request expires' : 'the release is rejected';
