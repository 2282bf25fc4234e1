import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { RiskTier } from '../../../lib/domain/identifiers.ts';
import { GovernancePolicy, policySha256, Review, Role } from '../../../lib/domain/policy/policy.ts';
import { PRESETS, shippedPolicy } from './shipped.ts';

const MATRIX = z
  .array(z.strictObject({ preset: z.string(), tier: RiskTier, roles: z.array(Role), reviews: z.array(Review) }))
  .parse(JSON.parse(readFileSync(new URL('cases/preset-roles.json', import.meta.url), 'utf8')));

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

  it.each(PRESETS)('%s stays what it is when it is read again as it was kept', (preset) => {
    const policy = shippedPolicy(`presets/${preset}`);

    expect(policySha256(GovernancePolicy.parse(structuredClone(policy)))).toBe(policySha256(policy));
  });
});
