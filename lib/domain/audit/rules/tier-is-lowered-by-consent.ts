import { RiskTier } from '../../identifiers.ts';
import type { AuditEvent } from '../../ledger/event.ts';
import { isHigher, isSameOverride, TierOverride } from '../../release/tier-override.ts';
import type { Rule } from '../history.ts';

/**
 * A release has the tier that was computed, or a lower one that it says so of, with who has to agree. Every decision says
 * the same, and where those people do not answer it is rejected. That they agreed is for the quorum, whose roles theirs are.
 */
export const tierIsLoweredByConsent: Rule = (event, { tierOverride, state }) => {
  const { event_type: type, details } = event;
  if (type === 'release_requested') return requestProblem(event);
  if (type === 'approval_expired' && state === 'validated' && tierOverride !== undefined) {
    return 'nobody agreed to its lower tier: it is rejected';
  }
  if (type !== 'approval_granted' && type !== 'approval_denied') return undefined;
  const said = TierOverride.safeParse(details['tier_override']).data;
  return isSameOverride(said, tierOverride) ? undefined : 'it does not say which tier is lowered, and why';
};

const requestProblem = ({ details }: AuditEvent): string | undefined => {
  const tier = RiskTier.safeParse(details['risk_tier']).data;
  const computed = RiskTier.safeParse(details['computed_risk_tier']).data;
  // A former version did not say what was computed.
  const isLower = tier !== undefined && computed !== undefined && isHigher(computed, tier);
  if (details['tier_override'] === undefined)
    return isLower ? `its tier is ${tier}, but ${computed} was computed` : undefined;
  const override = TierOverride.safeParse(details['tier_override']).data;
  if (override === undefined) return 'its tier_override is not whole';
  const isAsSaid = isLower && override.declared === tier && override.computed === computed;
  return isAsSaid ? undefined : 'its tier_override does not fit its risk_tier and computed_risk_tier';
};
