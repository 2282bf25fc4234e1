import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UsedCheck } from '../../../lib/domain/checks/check.ts';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import { makeChecks } from '../../../lib/domain/checks/make-checks.ts';
import { MODEL_CARD } from '../../../lib/domain/checks/model-card/checks.ts';
import { runChecks } from '../../../lib/domain/checks/run-checks.ts';
import { judgeChecks } from '../../../lib/domain/gate/gate.ts';
import { DirectoryRecord } from '../../../lib/domain/policy/directory-record.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { type PolicyRecord, PolicyVersion, policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { unknownParts } from '../../../lib/domain/policy/unknown-parts.ts';
import { NOW } from '../../support/approval-case.ts';
import { someEvidence } from '../checks/stage-evidence.ts';
import { PRESETS, shippedPolicy } from './shipped.ts';

const policy = shippedPolicy('governance-policy');

/** The policy as a version of Assay may have stored it that is not this one. */
const storedWith = (change: (policy: Policy) => void): PolicyVersion => {
  const changed = structuredClone(policy) as unknown as Policy; // to be taken apart
  change(changed);
  return PolicyVersion.parse(keptAs(changed));
};
type Policy = {
  [key: string]: unknown;
  stages: { [key: string]: unknown; name: string; checks: Record<string, unknown>[] }[];
  tiers: Record<string, Record<string, unknown>>;
};
const keptAs = (document: unknown, digest = policySha256(document as PolicyRecord)) => ({
  entity: 'policy',
  version: 1,
  policySha256: digest,
  policy: document,
  firstSeenAt: NOW,
});
const firstCheck = (changed: Policy): Record<string, unknown> => changed.stages[0]?.checks[0] ?? {};
/** Every check that a policy asks for, run and passed. */
const allPassed = ({ policy: { stages } }: PolicyVersion) =>
  stages.flatMap((stage) =>
    stage.checks.map(({ name }) => ({
      stage: stage.name,
      name,
      status: 'passed',
      explanation: '',
      evidenceSha256: '',
    })),
  );
const denials = (version: PolicyVersion, checks = allPassed(version)): string[] => {
  const decision = judgeChecks(version.policy, checks, 'high');
  return decision.outcome === 'deny' ? decision.reasons.map(({ rule, explanation }) => `${rule}: ${explanation}`) : [];
};

describe('a stored policy', () => {
  it.each(['governance-policy', ...PRESETS.map((preset) => `presets/${preset}`)])('reads as it is: %s', (name) => {
    const shipped = shippedPolicy(name);

    const { policy: read } = PolicyVersion.parse(keptAs(shipped));

    expect(read).toEqual(shipped);
    expect(unknownParts(read)).toEqual([]);
  });

  it('reads with a check that this version does not know', () => {
    const version = storedWith((changed) => Object.assign(firstCheck(changed), { name: 'renamed_since' }));

    expect(version.policy.stages[0]?.checks[0]?.name).toBe('renamed_since');
  });

  it('reads with a parameter that this version dropped, and with one that it lacks', () => {
    const parameters = { dropped_since: '0.2' };
    const version = storedWith((changed) => Object.assign(firstCheck(changed), { parameters }));

    expect(version.policy.stages[0]?.checks[0]?.parameters).toEqual(parameters);
  });

  it('is given no parameter that was added after it was stored', () => {
    // The schema of documents would fill in each of these.
    const version = storedWith(({ stages }) => {
      for (const { checks } of stages) for (const check of checks) check['parameters'] = {};
    });

    const parameters = version.policy.stages.flatMap(({ checks }) => checks.map((check) => check.parameters));
    expect(new Set(parameters.map((given) => Object.keys(given).length))).toEqual(new Set([0]));
    expect(policySha256(version.policy)).toBe(version.policySha256);
    expect(policySha256(GovernancePolicy.parse(version.policy))).not.toBe(version.policySha256);
  });

  it('reads with a custom check whose name Assay has taken since', () => {
    const [taken] = CHECKS;
    const custom = { name: taken?.name, mode: 'enforce', parameters: {}, lambda_arn: 'arn:l', timeout_seconds: 300 };
    const version = storedWith(({ stages }) => {
      stages.push({ ...stages[0], name: 'custom_checks', checks: [custom] });
    });

    expect(version.policy.stages.at(-1)?.checks).toEqual([custom]);
    expect(denials(version)).toEqual([]);
    expect(denials(version, allPassed(version).slice(0, -1))).toEqual([
      `${taken?.name}: check ${taken?.name} of custom_checks was not run`,
    ]);
  });

  it('reads with stages, roles, schemes, artifacts, reviews and modes that this version does not know', () => {
    const version = storedWith((changed) => {
      changed.stages.push({ ...changed.stages[0], name: 'red_teaming', checks: [] });
      Object.assign(changed.tiers['high'] ?? {}, { roles: ['ethics_board'], review_stages: ['ethics'] });
      Object.assign(firstCheck(changed), { mode: 'block' });
      Object.assign(changed, {
        version_schemes: ['calendar'],
        review_stages: { ethics: ['ethics_board'] },
        release_gates: { required_artifacts: ['red_team_report'] },
      });
    });

    expect(version.policy.tiers.high.roles).toEqual(['ethics_board']);
    expect(policySha256(version.policy)).toBe(version.policySha256);
  });

  it('is refused if it does not hash to the digest that it is kept under', () => {
    const changed = { ...policy, approval_expiry_days: 3000 };

    expect(() => PolicyVersion.parse(keptAs(changed, policySha256(policy)))).toThrow(
      /hashes to [0-9a-f]{64}, it is kept/,
    );
  });

  it('hashes to the stored digest, whatever else was stored in it', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/);
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.boolean(), fc.integer());
    const additions = fc.dictionary(word, value, { maxKeys: 4, noNullPrototype: true });
    fc.assert(
      fc.property(additions, additions, additions, word, (top, inStage, parameters, mode) => {
        const document = structuredClone(policy) as unknown as Policy;
        Object.assign(firstCheck(document), { parameters, mode });
        const stages = document.stages.map((stage) => ({ ...inStage, ...stage }));
        const kept = { ...top, ...document, stages };

        const read = PolicyVersion.parse(keptAs(kept));

        expect(read.policy).toEqual(kept);
      }),
    );
  });
});

describe('what a stored policy asks for and this version does not know', () => {
  it('denies the release where the check was not made, as no stage of this version makes it', () => {
    const version = storedWith((changed) => {
      changed.stages.push({
        ...changed.stages[0],
        name: 'red_teaming',
        checks: [{ ...firstCheck(changed), name: 'r' }],
      });
    });

    expect(denials(version, allPassed(version).slice(0, -1))).toEqual(['r: check r of red_teaming was not run']);
  });

  it('is an error and no pass, of a check: in the run, and when its evidence is read', async () => {
    const used: UsedCheck[] = [{ name: 'renamed_since', mode: 'enforce', parameters: {} }];
    const world = {
      read: {} as Parameters<typeof makeChecks>[2]['read'],
      timer: () => ({ elapsed: new Promise<void>(() => {}), cancel: () => {} }),
      tier: 'high' as const,
    };

    const runs = [...runChecks(MODEL_CARD, used, someEvidence()), ...(await makeChecks(MODEL_CARD, used, world))];

    expect(runs.map(({ verdict }) => verdict.status)).toEqual(['error', 'error']);
  });

  it('is an error and no pass, of a parameter', () => {
    const used: UsedCheck[] = [{ name: 'intended_use_defined', mode: 'enforce', parameters: { dropped_since: '1' } }];

    expect(runChecks(MODEL_CARD, used, someEvidence())[0]?.verdict).toMatchObject({ status: 'error' });
  });

  it.each<[string, (changed: Policy) => void]>([
    ['freeze_period', (changed) => Object.assign(changed, { freeze_period: 'December' })],
    ['stages.data_provenance.quorum', ({ stages }) => Object.assign(stages[0] ?? {}, { quorum: 2 })],
    [
      'stages.data_provenance.training_data_sources_documented.unless',
      (changed) => Object.assign(firstCheck(changed), { unless: 'x' }),
    ],
    ['tiers.extreme', ({ tiers }) => Object.assign(tiers, { extreme: tiers['high'] })],
    ['tiers.high.veto', ({ tiers }) => Object.assign(tiers['high'] ?? {}, { veto: ['legal'] })],
    [
      'tiers.high.checklist.evidence_read.expects',
      ({ tiers }) =>
        Object.assign(tiers['high'] ?? {}, { checklist: [{ id: 'evidence_read', question: 'Read?', expects: 'no' }] }),
    ],
    ['release_gates.soak_hours', (changed) => Object.assign(changed, { release_gates: { soak_hours: 24 } })],
    [
      'promotion_rule.unless',
      (changed) =>
        Object.assign(changed, {
          promotion_rule: { only_if: { status: 'approved', all_checks_passed: true }, unless: 'x' },
        }),
    ],
    [
      'promotion_rule.only_if.soaked',
      (changed) =>
        Object.assign(changed, {
          promotion_rule: { only_if: { status: 'approved', all_checks_passed: true, soaked: true } },
        }),
    ],
    [
      'promotion_rule.only_if.status',
      (changed) =>
        Object.assign(changed, { promotion_rule: { only_if: { status: 'attested', all_checks_passed: true } } }),
    ],
    [
      'tier_rules.r.when.generative',
      (changed) => Object.assign(changed, { tier_rules: [{ name: 'r', tier: 'low', when: { generative: true } }] }),
    ],
    [
      'tier_rules.r.tier',
      (changed) => Object.assign(changed, { tier_rules: [{ name: 'r', tier: 'extreme', when: {} }] }),
    ],
    [
      'tier_rules.r.unless',
      (changed) => Object.assign(changed, { tier_rules: [{ name: 'r', tier: 'low', when: {}, unless: 'x' }] }),
    ],
  ])('denies every release: %s', (part, change) => {
    expect(denials(storedWith(change))).toEqual([`policy: the policy has ${part}, which this version does not know`]);
  });

  it('stops the release, of a mode', () => {
    const version = storedWith((changed) => Object.assign(firstCheck(changed), { mode: 'block' }));
    const [first, ...rest] = allPassed(version);

    const failed = denials(version, [...(first === undefined ? [] : [{ ...first, status: 'failed' }]), ...rest]);

    expect(failed).toEqual([`${first?.name}: failed: `]);
  });

  it('counts for every tier, of the tiers of a stage', () => {
    const version = storedWith((changed) =>
      Object.assign(changed.stages[0] ?? {}, { required_for_risk_tiers: ['extreme'] }),
    );

    expect(denials(version, allPassed(version).slice(1))).toHaveLength(1);
  });
});

describe('a directory as it is deployed', () => {
  it('reads with roles and facts of people that this version does not know', () => {
    const person = { id: 'ada', name: 'Ada', email: 'ada@example.com', roles: ['ethics_board'], pronouns: 'she' };

    expect(DirectoryRecord.parse({ schema_version: 1, people: [person] }).people).toEqual([person]);
  });
});
