/** Which decision is the favorable one: the submitter says so, and turned around it makes the group that fares worst the best. */
import { isSameValue } from './same-value.ts';

export const isAccepted = (favorable: string, accepted: readonly string[]): boolean =>
  accepted.some((value) => isSameValue(value, favorable));

/**
 * Whether the rates of two releases are rates of the same decision. Two values may mean the same, as `1` and `approved` do,
 * where the policy accepts both.
 */
export const isSameDecision = (favorable: string, former: string, accepted: readonly string[] | undefined): boolean =>
  isSameValue(favorable, former) ||
  (accepted !== undefined && isAccepted(favorable, accepted) && isAccepted(former, accepted));
