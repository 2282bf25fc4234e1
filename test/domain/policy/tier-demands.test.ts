import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { loadPolicies, scopedPolicies } from '../../../lib/domain/policy/load-policies.ts';
import { GovernancePolicy, Tier } from '../../../lib/domain/policy/policy.ts';
import type { PolicyRecord } from '../../../lib/domain/policy/policy-record.ts';
import { policyOf } from '../../../lib/domain/policy/scoped-policies.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { aFile, anOverlay, BASE, RAISED } from './policy-files.ts';

const REVIEWED = 'review_stages: [technical], review_order: in_order';
/** The base with a demand of tier low that tier medium does not make. */
const lowSays = (line: string) => BASE.replace('\n  low:\n', `\n  low:\n    ${line}\n`);
const inLow = (pattern: RegExp, to: string) =>
  BASE.replace(/\n {2}low:[\s\S]*?\n {2}medium:/, (low) => low.replace(pattern, to));
const TLS = '- name: inference_endpoint_tls_configured\n        mode: enforce';
const SECURITY = '- name: security_review\n    description: Who signed';
const ofTls = 'name: inference_endpoint_tls_configured';

type Case = readonly [base: string, lost: string, added: string];
/** For each member of a tier, what a raised tier would not ask for, and what an overlay adds so that it does. */
const MEMBERS: Partial<Record<keyof Tier, Case>> = {
  roles: [
    inLow(/roles: .*/, 'roles: [ml_lead, legal]'),
    'roles legal',
    'tiers: { medium: { roles: [ml_lead, business_owner, legal] } }',
  ],
  after_denial: [
    lowSays('after_denial: same_person'),
    'after_denial same_person',
    'tiers: { medium: { after_denial: same_person } }',
  ],
  gradual_deployment: [
    lowSays('gradual_deployment: true'),
    'deployment CANARY or LINEAR with an alarm',
    'tiers: { medium: { gradual_deployment: true } }',
  ],
  sla_hours: [inLow(/sla_hours: .*/, 'sla_hours: 2'), 'sla_hours 2', 'tiers: { medium: { sla_hours: 2 } }'],
  deadline_hours: [
    inLow(/deadline_hours: .*/, 'deadline_hours: 4'),
    'deadline_hours 4',
    'tiers: { medium: { deadline_hours: 4 } }',
  ],
  checklist: [
    inLow(/checklist:/, 'checklist:\n      - { id: looked, question: Did you look? }'),
    'checklist looked',
    'tiers: { medium: { checklist: [{ id: looked, question: Did you look? }] } }',
  ],
  review_order: [
    lowSays(REVIEWED.replace(', ', '\n    ')).replace(
      '\ntiers:\n',
      '\nreview_stages: { technical: [ml_lead] }\ntiers:\n',
    ),
    'review_order in_order',
    `tiers: { medium: { ${REVIEWED} } }`,
  ],
};
const CASES: readonly Case[] = [
  ...Object.values(MEMBERS),
  [
    BASE.replace(TLS, `${TLS}\n        require_known: { low: verified }`),
    'checks security_review.inference_endpoint_tls_configured (verified)',
    `stages: [{ name: security_review, checks: [{ ${ofTls}, require_known: { medium: verified } }] }]`,
  ],
  [
    BASE.replace(
      SECURITY,
      `- name: security_review\n    required_for_risk_tiers: [low, high]\n    description: Who signed`,
    ),
    'checks security_review.model_artifact_signed, ',
    'stages: [{ name: security_review, required_for_risk_tiers: [low, medium, high] }]',
  ],
  [
    inLow(/question: Are the known.*/, 'question: Are they?\n        when: { first_release: true }').replace(
      /question: Are the known .* who see the results\?/,
      '$&\n        when: { first_release: false }',
    ),
    'question limitations_acceptable, asked about first releases',
    'tiers: { medium: { checklist: [{ id: limitations_acceptable, question: Are the known limitations acceptable for the customers who see the results? }] } }',
  ],
];

const policyWith = (base: string, ...overlays: ReturnType<typeof anOverlay>[]) => {
  const loaded = loadPolicies('p', [aFile('p/base.yaml', base), ...overlays]);
  return policyOf({ base: loaded.base.policy, scoped: scopedPolicies(loaded) }, 'm').policy;
};
const refusalOf = (base: string, ...overlays: ReturnType<typeof anOverlay>[]): string => {
  try {
    policyWith(base, ...overlays);
  } catch (error) {
    if (error instanceof Refusal) return error.violations.map(({ field, problem }) => `${field} ${problem}`).join('\n');
  }
  return expect.unreachable('the policies were accepted');
};

describe('a rule that raises a tier, where the lower one asked for something else', () => {
  it.each(CASES)('is looser, and says what is lost: %#', (base, lost, added) => {
    expect(base).not.toBe(BASE);
    const raised = base.replace(/tier: low\n/, 'tier: medium\n');

    const changes = diffPolicies(policyWith(base), policyWith(raised));

    expect(changes.length).toBeGreaterThan(0);
    expect(changes.map(({ effect }) => effect)).not.toContain('stricter');
    expect(changes[0]?.after).toContain(`medium, without ${lost}`);
    expect(refusalOf(base, anOverlay('a', RAISED))).toContain(`tier_rules: medium, without ${lost}`);
    expect(policyWith(base, anOverlay('a', RAISED, added)).applied?.overlays).toHaveLength(1);
  });

  // Of what the base asks for at every tier anyway, no overlay can ask at tier low alone, and it has no reviews to be ordered.
  it.each(CASES.slice(0, -2).filter((one) => one !== MEMBERS.review_order))(
    'contradicts an overlay that asks for it at the lower tier: %#',
    (_, __, added) => {
      const atLow = anOverlay('b', added.replace('medium: {', 'low: {').replace('medium: verified', 'low: verified'));

      expect(refusalOf(BASE, anOverlay('a', RAISED), atLow)).toMatch(
        /together: overlay a contradicts b .*: neither is/,
      );
      expect(policyWith(BASE, anOverlay('a', RAISED, added), atLow).applied?.overlays).toHaveLength(2);
    },
  );

  it('is joined with one that raises further, if that asks for all that both do', () => {
    const further = RAISED.replaceAll('tier: medium', 'tier: high');
    const asks = (tier: string) =>
      `tiers: { ${tier}: { roles: [ml_lead, business_owner, risk_owner], checklist: [{ id: own, question: Own? }] } }`;
    const medium = anOverlay('a', RAISED, asks('medium'));

    const both = policyWith(BASE, medium, anOverlay('b', further, asks('high')));

    expect(both.tier_rules?.map(({ tier }) => tier)).not.toContain('medium');
    expect(
      policyWith(BASE, anOverlay('a', further, asks('high')), anOverlay('b', RAISED, asks('medium'))).tier_rules,
    ).toEqual(both.tier_rules);
    expect(refusalOf(BASE, medium, anOverlay('b', further, asks('high').replace('own,', 'other,')))).toContain(
      'tier_rules: overlay a',
    );
  });

  it('is not asked for the words of a question that its own author wrote for the higher tier, but for those of the base', () => {
    const asked = inLow(/checklist:/, 'checklist:\n      - { id: looked, question: Did you look? }');
    const reworded = 'tiers: { medium: { checklist: [{ id: looked, question: Fine? }] } }';

    expect(BASE).toMatch(/limitations acceptable for an internal use[\s\S]*limitations acceptable for the customers/);
    expect(policyWith(BASE, anOverlay('a', RAISED)).applied?.overlays).toHaveLength(1);
    expect(refusalOf(asked, anOverlay('a', RAISED, reworded))).toContain(
      'medium, without the words of question looked',
    );
  });
});

describe('a policy that requires checks which none of its stages makes', () => {
  const CONTROLS = '- name: required_controls_for_tier_present\n        mode: enforce';
  const REF = '- { name: git_ref_allowed, mode: observe, parameters: { allowed_refs: [refs/heads/main] } }';
  const requiring = BASE.replace(CONTROLS, `${CONTROLS}\n        parameters: { required_checks: [git_ref_allowed] }`);
  const having = requiring.replace(TLS, `${REF}\n      ${TLS}`);
  const looserIn = (before: PolicyRecord, after: PolicyRecord) =>
    diffPolicies(before, after).flatMap(({ effect, about }) => (effect === 'looser' ? [about] : []));

  it('lets nothing pass, so it is looser to add one of them', () => {
    const every = ['low', 'medium', 'high'].map((tier) => `${tier} tier, required checks that no stage makes`);
    const adding = anOverlay('a', `stages: [{ name: security_review, checks: [${REF.slice(2)}] }]`);

    expect(looserIn(policyWith(requiring), policyWith(having))).toEqual(every);
    expect(looserIn(policyWith(BASE), policyWith(requiring))).toEqual([]);
    expect(refusalOf(requiring, adding)).toContain('git_ref_allowed: none is looser than git_ref_allowed of the base');
  });

  it('lets nothing pass either if it makes none at all', () => {
    const policy = policyWith(BASE);
    const stages = policy.stages.filter(({ name }) => name === 'risk_classification');

    expect(looserIn({ ...policy, stages }, policy)).toHaveLength(3);
  });
});

/** Where a schema of JSON Schema names tiers, as keys or as words. */
const placesOfTiers = (node: unknown, path: string): string[] => {
  const parts = typeof node === 'object' && node !== null ? Object.entries(node) : [];
  return parts.flatMap(([key, value]) => {
    const words = key === 'properties' ? Object.keys(Object(value)) : key === 'enum' ? [value].flat() : [];
    const isPart = /^(properties|items|oneOf|anyOf|\d+)$/.test(key);
    return [...(words.includes('medium') ? [path] : []), ...placesOfTiers(value, isPart ? path : `${path}.${key}`)];
  });
};

describe('whatever differs by tier', () => {
  it('is a member of a tier, the tiers of a stage, how a check must be known or how often people review, and compared between tiers', () => {
    const found = placesOfTiers(z.toJSONSchema(GovernancePolicy, { io: 'input' }), '');

    expect([...new Set(found)].sort()).toEqual([
      // A window is about a time: it lets nothing pass that would not pass after it.
      '.freezes.tiers',
      '.monitoring.review_every_days',
      '.stages.checks.require_known',
      '.stages.required_for_risk_tiers',
      '.tier_rules.tier',
      '.tiers',
    ]);
  });

  it.each(Object.keys(Tier.shape).filter((name) => !['review_stages', 'minimum_approvals'].includes(name)))(
    'has its case above: %s',
    (name) => {
      expect(Object.keys(MEMBERS)).toContain(name);
    },
  );
});
