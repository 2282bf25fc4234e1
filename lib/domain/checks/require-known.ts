import type { RiskTier } from '../identifiers.ts';
import type { UsedCheck } from './check.ts';
import { type CheckRun, makePresentable } from './run-checks.ts';

/** What a policy may require. A count needs nobody's word either, so it is as good as a verification. */
export const VERIFIED = 'verified';

/**
 * Establishes that a check which passed is known as the policy requires at the tier of the release. What is only attested
 * is inconclusive otherwise: the submitter may be right, and nobody looked.
 */
export const requireKnown = (run: CheckRun, { require_known: required }: UsedCheck, tier: RiskTier): CheckRun => {
  const word = required?.[tier];
  const { status, knownBy, explanation } = run.verdict;
  // A word that this version does not know may ask for more than it can see.
  const isKnown = word === undefined || (word === VERIFIED && knownBy !== 'attested');
  if (status !== 'passed' || isKnown) return run;
  const why = `At tier ${tier} the policy requires that this is ${word}; it is ${knownBy}.`;
  const verdict = {
    ...run.verdict,
    status: 'inconclusive' as const,
    explanation: makePresentable(`${why} ${explanation}`),
  };
  return { ...run, verdict };
};
