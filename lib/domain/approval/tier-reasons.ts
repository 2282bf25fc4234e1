import type { PolicyRecord } from '../policy/policy-record.ts';
import { assessManifest } from '../policy/tier-override.ts';
import type { Reason, Release } from '../release/release.ts';
import { isHigher, isSameOverride, type TierOverride } from '../release/tier-override.ts';

type Facts = {
  readonly release: Pick<Release, 'manifest' | 'riskTier' | 'tierOverride'>;
  readonly policy: PolicyRecord;
};

/**
 * Establishes that the stored tier is still the one that the policy gives, and that people were asked about exactly this
 * lowering. It is computed again from the manifest: the row of a release says of itself what it likes.
 */
export const tierReasons = ({ release, policy }: Facts): Reason[] => {
  const { tier, override } = assessManifest(policy, release.manifest);
  const { riskTier, tierOverride } = release;
  return [
    ...(isHigher(tier, riskTier) ? [`the release has tier ${riskTier}, but the policy gives ${tier}`] : []),
    ...(isSameOverride(override, tierOverride)
      ? []
      : [`the policy gives ${inWords(override)}; people were asked about ${inWords(tierOverride)}`]),
  ].map((explanation) => ({ rule: 'risk_tier', evidence: '', explanation }));
};

const inWords = (override: TierOverride | undefined): string =>
  override === undefined
    ? 'no lower tier'
    : `${override.declared} in place of ${override.computed} by rule ${override.rule}, with ${override.roles.join(', ')}`;
