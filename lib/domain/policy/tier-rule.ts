/** The rules by which a policy document computes the risk tier. */
import * as z from 'zod';
import { RiskTier } from '../identifiers.ts';
import { Domain, type YesOrNo } from '../release/risk-facts.ts';
import { visibleText } from '../visible-text.ts';

/** The form `high_risk` is common too; it means the same tier as `high`. */
export const TierName = z
  .enum(['low', 'medium', 'high', 'low_risk', 'medium_risk', 'high_risk'])
  .transform((name): RiskTier => RiskTier.parse(name.replace('_risk', '')));

const Line = visibleText(512);

/** One rule: a model for which all of `when` holds has this tier. */
export const TierRule = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be lower-case letters, digits and underscores'),
  tier: TierName,
  when: z
    .strictObject({
      domain: z.exactOptional(z.array(Domain).min(1)),
      customer_facing: z.exactOptional(z.boolean()),
      automated_decision: z.exactOptional(z.boolean()),
      affects_individuals: z.exactOptional(z.boolean()),
      personal_data: z.exactOptional(z.boolean()),
      sensitive_data: z.exactOptional(z.boolean()),
      safety_component: z.exactOptional(z.boolean()),
    } satisfies Record<YesOrNo | 'domain', unknown>)
    .describe('Every condition must hold; an empty map matches every model.'),
  clauses: z.exactOptional(z.array(Line).min(1).max(20)).describe('The regulations that the rule follows.'),
});
export type TierRule = z.infer<typeof TierRule>;
