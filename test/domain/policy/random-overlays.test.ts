/** That whatever the policy of a model lets pass, its base lets pass, and each of its overlays: of overlays at random. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BasePolicy, overlayOnBase } from '../../../lib/domain/policy/overlay-on-base.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import type { PolicyRecord } from '../../../lib/domain/policy/policy-record.ts';
import { policySource } from '../../../lib/domain/policy/policy-source.ts';
import { stricterOf } from '../../../lib/domain/policy/stricter-of.ts';
import { aPolicy, aRelease, passes, ROLES } from './random-policies.ts';

type Raw = Record<string, unknown>;
type Candidate = Parameters<typeof passes>[1];
const sourceOf = (document: object) =>
  policySource('p.json', new TextEncoder().encode(JSON.stringify(document)), document);

/** Policies of which much can be made stricter: half of their checks only warn. */
const aLaxBase = aPolicy.map((policy) => {
  const { version_schemes: _, promotion_rule: __, ...rest } = policy;
  const stages = policy.stages.map((stage) => ({
    ...stage,
    required: true,
    blocking: true,
    checks: stage.checks.map((check, index) => ({ ...check, mode: index % 2 === 0 ? 'warn' : check.mode })),
  }));
  return GovernancePolicy.parse({ ...rest, stages });
});

/** An edit of one part, which may be stricter or not: of another policy at random, or one that asks for more. */
const anEdit = (base: PolicyRecord, other: PolicyRecord, pick: number): Raw => {
  const stage = base.stages[pick % base.stages.length];
  const check = stage?.checks[pick % (stage.checks.length || 1)];
  const theirs = other.stages.flatMap(({ checks }) => checks).find(({ name }) => name === check?.name);
  const ofCheck = (said: object): Raw => ({
    stages: [{ name: stage?.name, checks: [{ name: check?.name, ...said }] }],
  });
  const edits: Raw[] = [
    ofCheck({ mode: 'enforce' }),
    ofCheck({ mode: 'enforce', parameters: theirs?.parameters ?? {} }),
    ofCheck({ parameters: Object.fromEntries(Object.entries(theirs?.parameters ?? {}).slice(0, 1)) }),
    { tiers: { low: { roles: [...base.tiers.low.roles, ...other.tiers.high.roles] } } },
    { tiers: { high: { roles: other.tiers.high.roles } } },
    { version_schemes: other.version_schemes ?? ['date'] },
    { tier_rules: [{ name: 'every', tier: 'high', when: {} }] },
    ofCheck({ require_known: { low: 'verified' } }),
    { tiers: { low: { after_denial: 'same_person' }, medium: { after_denial: 'same_person' } } },
    { tiers: { low: { deadline_hours: 8, sla_hours: 4 } } },
    { tiers: { low: { checklist: other.tiers.high.checklist.map(({ id }) => ({ id, question: id })) } } },
    { promotion_rule: { only_if: { status: 'approved', all_checks_passed: true } } },
  ];
  return edits[pick % edits.length] ?? {};
};

/** What was met, so that a property which holds of nothing does not pass. */
const seen = { accepted: 0, joined: 0, stopped: 0 };

const compare = (policy: PolicyRecord, overlaid: readonly PolicyRecord[], release: Candidate) => {
  const [first, second] = overlaid;
  const byEach = overlaid.map((one) => passes(one, release));
  if (!passes(policy, release)) expect(byEach).not.toContain(true);
  else if (byEach.includes(false)) seen.stopped += 1;
  const together = first && second ? stricterOf(policy, first, second) : undefined;
  if (together === undefined || !('policy' in together)) return;
  seen.joined += 1;
  if (byEach.includes(false)) expect(passes(together.policy, release)).toBe(false);
};

it('no overlay at random lets pass what its base stops, and two together nothing that either stops', () => {
  const overlay = fc.tuple(aPolicy, fc.nat(500));
  // Approved by many, at once, so that not every one of them is stopped for want of people.
  const answered = ['limits', 'rates', 'watched'];
  const approved = aRelease.map((release) => ({
    ...{ ...release, approvals: [...ROLES, ...ROLES], hours: 1, answered, afterDenial: undefined },
  }));
  const releases = fc.array(fc.oneof(aRelease, approved), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(aLaxBase, overlay, overlay, releases, (policy, one, other, some) => {
      const base: BasePolicy = { source: sourceOf(policy), policy };
      const overlaid = [one, other].flatMap(([from, pick]) => {
        const result = overlayOnBase(base, sourceOf(anEdit(policy, from, pick)));
        return 'policy' in result ? [result.policy] : [];
      });
      seen.accepted += overlaid.length;
      for (const release of some) compare(policy, overlaid, release);
    }),
    { numRuns: 50, seed: 5 },
  );
  expect(Math.min(seen.accepted - 40, seen.joined - 50, seen.stopped - 5)).toBeGreaterThan(0);
});
