import * as z from 'zod';
import { RiskTier } from '../../identifiers.ts';
import { defineCheck } from '../check.ts';
import { finding, listed } from '../finding.ts';

const THRESHOLD = 'a tier at least as strict as the policy rules derive from the declared facts';

/** Establishes that the tier of the release is no lower than the one that follows from the model's use. */
export const riskTierAssigned = defineCheck({
  name: 'risk_tier_assigned',
  stage: 'risk_classification',
  knownBy: 'attested',
  reads: ['controls'],
  parameters: z.strictObject({
    /**
     * Whether a declared tier alone is refused: the manifest must declare facts, and the policy must have rules for
     * them.
     */
    require_computed: z.boolean().default(false),
  }),
  judge: ({ controls }, { require_computed: requireComputed }) => {
    const { tier, declaredTier, computed, hasFacts, override } = controls;
    const conclude = (
      status: 'passed' | 'failed' | 'inconclusive' | 'not_provided',
      explanation: string,
      measured: string = tier,
    ) => ({
      ...finding(status, measured, THRESHOLD, explanation),
      evidenceSha256: '' as const,
    });
    if (computed === undefined) {
      return requireComputed
        ? conclude(
            'inconclusive',
            `Tier ${tier} is declared, and the policy has no tier_rules to compute it. Add them.`,
          )
        : conclude('passed', `Tier ${tier} is declared; the policy has no rules to compute one.`);
    }
    if (requireComputed && !hasFacts) {
      return conclude('not_provided', 'The manifest declares no facts to compute the tier from. Add risk_facts.');
    }
    if (rank(tier) < rank(computed.tier) && override !== undefined) {
      const { reason, roles } = override;
      return conclude(
        'passed',
        `Rule ${computed.rule} gives tier ${computed.tier}. The manifest asks for ${tier} all the same: “${reason}” That counts only with the approval of ${listed(roles)}.`,
        `${tier} in place of ${computed.tier}`,
      );
    }
    if (rank(tier) < rank(computed.tier)) {
      return conclude('failed', `The release has tier ${tier}, but rule ${computed.rule} gives ${computed.tier}.`);
    }
    const raised =
      rank(computed.tier) > rank(declaredTier) ? ` It was declared ${declaredTier} and has been raised.` : '';
    return conclude(
      'passed',
      `Rule ${computed.rule} gives tier ${computed.tier}; the release has tier ${tier}.${raised}`,
    );
  },
});

const rank = (tier: RiskTier): number => RiskTier.options.indexOf(tier);
