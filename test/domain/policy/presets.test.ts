import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { RiskTier } from '../../../lib/domain/identifiers.ts';
import { approvalStages } from '../../../lib/domain/policy/approval-stages.ts';
import { questionsAbout } from '../../../lib/domain/policy/checklist.ts';
import { GovernancePolicy, Review, Role } from '../../../lib/domain/policy/policy.ts';
import { policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { PRESETS, shippedPolicy } from './shipped.ts';

const MATRIX = z
  .array(z.strictObject({ preset: z.string(), tier: RiskTier, roles: z.array(Role), reviews: z.array(Review) }))
  .parse(JSON.parse(readFileSync(new URL('cases/preset-roles.json', import.meta.url), 'utf8')));

const NAMED_CHECKS = Object.entries({
  data_provenance: [
    'training_data_sources_documented',
    'pii_handling_verified',
    'consent_basis_documented',
    'data_retention_policy_compliant',
  ],
  model_card: [
    'model_card_schema_valid',
    'performance_metrics_populated',
    'failure_modes_documented',
    'security_properties_documented',
    'intended_use_defined',
  ],
  bias_and_fairness: [
    'demographic_parity_within_threshold',
    'equalised_odds_within_threshold',
    'disparate_impact_ratio_above_minimum',
  ],
  safety_evaluation: ['adversarial_perturbation_test_passed', 'edge_case_inputs_handled', 'output_boundary_verified'],
  security_review: [
    'model_artifact_signed',
    'inference_endpoint_tls_configured',
    'input_validation_configured',
    'rate_limiting_configured',
  ],
  risk_classification: ['risk_tier_assigned', 'required_controls_for_tier_present'],
}).flatMap(([stage, names]) => names.map((name) => `${stage}.${name}`));

describe('the preset of reviews (AP-2)', () => {
  const policy = shippedPolicy('presets/review-stages');

  it.each(MATRIX.filter(({ preset }) => preset === 'review-stages'))(
    'makes the reviews of tier $tier one after the other, each with its own checklist',
    ({ tier, reviews, roles }) => {
      const stages = approvalStages(policy, { riskTier: tier });

      expect(stages?.order).toBe('in_order');
      expect(stages?.stages).toEqual(
        reviews.map((name, index) => ({ name, roles: [roles[index]], checklist: policy.review_checklists?.[name] })),
      );
    },
  );

  it('asks nobody all questions of a tier, and leaves none of them out', () => {
    const { stages = [] } = approvalStages(policy, { riskTier: 'high' }) ?? {};
    const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
    const all = idsOf(policy.tiers.high.checklist);

    expect(new Set(stages.flatMap(({ checklist }) => idsOf(checklist)))).toEqual(new Set(all));
    for (const { name, checklist } of stages) {
      expect(checklist.length, name).toBeLessThan(all.length);
      for (const isFirst of [true, false]) expect(questionsAbout(checklist, isFirst).length, name).toBeGreaterThan(0);
    }
  });
});

describe('the presets (RT-1, RT-2)', () => {
  it('are all in the table, for every tier', () => {
    const expected = PRESETS.flatMap((preset) => RiskTier.options.map((tier) => `${preset} ${tier}`));

    expect(MATRIX.map(({ preset, tier }) => `${preset} ${tier}`).sort()).toEqual(expected.sort());
  });

  it.each(MATRIX)('$preset asks in tier $tier for $roles', ({ preset, tier, roles, reviews }) => {
    const { tiers } = shippedPolicy(`presets/${preset}`);

    for (const role of Role.options) expect(tiers[tier].roles.includes(role), role).toBe(roles.includes(role));
    expect(tiers[tier].roles).toHaveLength(roles.length);
    for (const review of Review.options) {
      expect(tiers[tier].review_stages?.includes(review) ?? false, review).toBe(reviews.includes(review));
    }
  });

  it.each(PRESETS)('%s enforces each of the 21 checks that a release is known by', (preset) => {
    const enforced = shippedPolicy(`presets/${preset}`).stages.flatMap(({ name, required, blocking, checks }) =>
      required && blocking
        ? checks.flatMap((check) => (check.mode === 'enforce' ? [`${name}.${check.name}`] : []))
        : [],
    );

    expect(NAMED_CHECKS).toHaveLength(21);
    expect(enforced).toEqual(expect.arrayContaining(NAMED_CHECKS));
  });

  it.each(PRESETS)('%s is unchanged when it is read back', (preset) => {
    const policy = shippedPolicy(`presets/${preset}`);

    expect(policySha256(GovernancePolicy.parse(structuredClone(policy)))).toBe(policySha256(policy));
  });
});

it.each(['governance-policy', ...PRESETS.map((preset) => `presets/${preset}`)])(
  'a tier asks every question of the lower ones: %s',
  (name) => {
    const { low, medium, high } = shippedPolicy(name).tiers;
    const [fewest, more, most] = [low, medium, high].map(({ checklist }) => checklist.map(({ id }) => id));

    expect(more).toEqual(expect.arrayContaining(fewest ?? []));
    expect(most).toEqual(expect.arrayContaining(more ?? []));
  },
);
