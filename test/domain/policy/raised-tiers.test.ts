/**
 * That an overlay which raises a tier lets pass nothing that the base stops: of tiers that each ask for something else, by
 * releases that lack one thing each.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { overlayOnBase } from '../../../lib/domain/policy/overlay-on-base.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import type { PolicyRecord } from '../../../lib/domain/policy/policy-record.ts';
import { policySource } from '../../../lib/domain/policy/policy-source.ts';
import { stricterOf } from '../../../lib/domain/policy/stricter-of.ts';
import { without } from '../../../lib/domain/policy/value-change.ts';
import { aTier, type Candidate, known, passes, ROLES, tiers } from './random-policies.ts';

type Raw = Record<string, unknown>;
type Tier = 'low' | 'medium' | 'high';
const sourceOf = (document: object) =>
  policySource('p.json', new TextEncoder().encode(JSON.stringify(document)), document);

const aStage = (name: string, check: string, parameters: object) =>
  fc.record({ known, at: tiers }).map(({ known: word, at }) => ({
    ...{ name, description: name, required: true, blocking: true, required_for_risk_tiers: at },
    checks: [{ ...{ name: check, mode: 'enforce', parameters }, ...(word && { require_known: word }) }],
  }));
const MEDIUM_IF_SEEN = { name: 'seen', tier: 'medium', when: { customer_facing: true } };
const aBase = fc
  .record({
    stages: fc.tuple(
      aStage('data_provenance', 'consent_basis_documented', { accepted_bases: ['consent'] }),
      aStage('security_review', 'git_ref_allowed', { allowed_refs: ['refs/heads/main'] }),
    ),
    tiers: fc.record({ low: aTier, medium: aTier, high: aTier }),
  })
  .map((parts) =>
    GovernancePolicy.parse({
      ...{ schema_version: 1, name: 'tiers', approval_expiry_days: 90, approval_meaning: 'yes', ...parts },
      tier_rules: [MEDIUM_IF_SEEN, { name: 'rest', tier: 'low', when: {} }],
    }),
  );

const aRaise = fc.record({
  move: fc.constantFrom<[Tier, Tier]>(['low', 'medium'], ['low', 'high'], ['medium', 'high']),
  /** What the overlay does not add to the higher tier, of all that the lower one asks for. */
  lacks: fc.constantFrom('nothing', 'roles', 'after_denial', 'deadline_hours', 'checklist', 'stages'),
  /** Something else that it demands of the lower tier. */
  more: fc.constantFrom<Raw>({}, { after_denial: 'same_person' }, { deadline_hours: 8 }, { roles: [...ROLES] }),
});
type Raise = typeof aRaise extends fc.Arbitrary<infer T> ? T : never;

/** The overlay that raises, and the one that only demands more of the lower tier. */
const overlaysOf = (base: PolicyRecord, { move: [from, to], lacks, more }: Raise): [Raw, Raw] => {
  const [lower, higher] = [base.tiers[from], base.tiers[to]];
  const asked = (list: typeof lower.checklist, of: typeof lower.checklist) =>
    list.map((item) => {
      const same = of.find(({ id }) => id === item.id);
      return same?.when && item.when ? item : { id: item.id, question: item.question };
    });
  const all: Raw = {
    roles: [...higher.roles, ...without(lower.roles, higher.roles)],
    after_denial: 'same_person',
    deadline_hours: Math.min(lower.deadline_hours, higher.deadline_hours),
    checklist: [
      ...asked(higher.checklist, lower.checklist).filter(({ id }) => lower.checklist.some((item) => item.id === id)),
      ...lower.checklist.filter(({ id }) => higher.checklist.every((item) => item.id !== id)),
    ],
  };
  const stages = base.stages.map(({ name, required_for_risk_tiers: at = [], checks }) => ({
    ...{ name, required_for_risk_tiers: at.includes(from) ? [...new Set([...at, to])] : at },
    checks: checks.map(({ name: check, require_known: words }) => ({
      ...{ name: check, ...(words && { require_known: { ...words, ...(words[from] && { [to]: words[from] }) } }) },
    })),
  }));
  const tier = Object.fromEntries(Object.entries(all).filter(([name]) => name !== lacks));
  const tier_rules = (base.tier_rules ?? []).map((rule) => (rule.tier === from ? { ...rule, tier: to } : rule));
  return [
    { tier_rules, tiers: { [to]: tier }, ...(lacks === 'stages' ? {} : { stages }) },
    { tiers: { [from]: more } },
  ];
};

const FACTS = {
  ...{ domain: 'marketing' as const, customer_facing: true, automated_decision: false, affects_individuals: false },
  ...{ personal_data: false, sensitive_data: false, safety_component: false },
};
/** Everything that anybody could ask for, but for one thing. */
const PERFECT: Candidate = {
  ...{ declared: 'low', facts: FACTS, approvals: ROLES.flatMap((role) => [role, role, role, role]) },
  ...{ scheme: 'semantic', basis: 'consent', ref: 'refs/heads/main', counts: [], missing: 0, overrides: false },
  ...{ answered: ['limits', 'rates', 'watched'], isFirst: false, hours: 1, afterDenial: undefined },
};
const LACKING: Partial<Candidate>[] = [
  ...ROLES.map((role) => ({ approvals: PERFECT.approvals.filter((one) => one !== role) })),
  ...ROLES.map((role) => ({ approvals: [...PERFECT.approvals.filter((one) => one !== role), role] })),
  ...PERFECT.answered.map((id) => ({ answered: PERFECT.answered.filter((one) => one !== id) })),
  ...[{ hours: 48 }, { basis: 'contract' }, { ref: 'refs/heads/x' }, { afterDenial: 'shown' as const }],
  ...[{ afterDenial: 'answer' as const }, {}],
];
const releases = [true, false].flatMap((customer_facing) =>
  LACKING.flatMap((lacking) =>
    [true, false].map((isFirst) => ({ ...PERFECT, ...lacking, isFirst, facts: { ...FACTS, customer_facing } })),
  ),
);

const met = { accepted: 0, refused: 0, joined: 0 };

const overlaid = (base: GovernancePolicy, document: Raw): PolicyRecord | undefined => {
  const result = overlayOnBase({ source: sourceOf(base), policy: base }, sourceOf(document));
  return 'policy' in result ? result.policy : undefined;
};

/** Whatever the one lets pass, the others let pass. */
const expectNoLooser = (policy: PolicyRecord, ...others: PolicyRecord[]): void => {
  for (const release of releases.filter((one) => passes(policy, one))) {
    expect(others.map((other) => passes(other, release))).not.toContain(false);
  }
};

it('a raised tier lets pass no release that lacks what the former one asks for, alone or in a join', () => {
  fc.assert(
    fc.property(aBase, aRaise, (base, raise) => {
      const [raised, demanding] = overlaysOf(base, raise).map((document) => overlaid(base, document));
      met[raised === undefined ? 'refused' : 'accepted'] += 1;
      if (raised === undefined) return;
      expectNoLooser(raised, base);
      const joined = demanding && stricterOf(base, raised, demanding);
      if (!joined || !('policy' in joined)) return;
      met.joined += 1;
      expectNoLooser(joined.policy, demanding, raised);
    }),
    { numRuns: 80, seed: 11 },
  );
  expect(Math.min(met.accepted - 15, met.refused - 15, met.joined - 10)).toBeGreaterThan(0);
});
