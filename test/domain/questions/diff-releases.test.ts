import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvaluationReport } from '../../../lib/domain/evidence/evaluation-report.ts';
import { ModelCard } from '../../../lib/domain/evidence/model-card.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { diffReleases, type ReleaseFacts } from '../../../lib/domain/questions/diff-releases.ts';
import { leavesOf } from '../../../lib/domain/release/leaves.ts';
import { aCheck, aManifest, anApproval, aPolicy, aRelease } from '../../support/approval-case.ts';
import { processorTime } from '../../support/processor-time.ts';

const factsOf = (changes: Record<string, unknown> = {}, more: Partial<ReleaseFacts> = {}): ReleaseFacts => {
  const checks = [aCheck('demographic_parity_within_threshold')];
  return { release: aRelease(aPolicy(), checks, aManifest(changes)), checks, ...more };
};
const aReport = (changes: object): ReleaseFacts =>
  factsOf({}, { evaluationReport: EvaluationReport.parse({ metrics: {}, ...changes }) });
const aCard = (changes: object): ReleaseFacts => factsOf({}, { modelCard: ModelCard.parse(changes) });
const rows = (before: ReleaseFacts, after: ReleaseFacts) =>
  diffReleases(before, after).map(({ section, subject, before: old, after: now, delta }) =>
    [section, subject, old, now, ...(delta === undefined ? [] : [delta])].join(' | '),
  );

describe('RR-11 the difference of two releases', () => {
  it('is nothing where they are the same', () => {
    expect(rows(factsOf(), factsOf())).toEqual([]);
  });

  it('names every field of the manifest, nested ones and lists too', () => {
    const predictions = { ...aManifest().predictions, favorable_value: '2', protected_attributes: ['race', 'sex'] };
    const after = factsOf({ git_commit: 'b'.repeat(40), predictions, declared_risk_tier: 'high' });

    expect(rows(factsOf(), after)).toEqual([
      'fields | risk_tier | medium | high',
      `fields | git_commit | ${'a'.repeat(40)} | ${'b'.repeat(40)}`,
      'fields | predictions.favorable_value | 1 | 2',
      'fields | predictions.protected_attributes |  | sex',
      'fields | declared_risk_tier | medium | high',
    ]);
  });

  it('compares what a former version wrote down of serving with what is written down now', () => {
    const { serving: _, ...former } = factsOf().release;

    const found = diffReleases({ ...factsOf(), release: former }, factsOf());

    expect(found.map(({ subject }) => subject).join(' ')).toContain('environment');
  });

  it('says by how much metrics differ, group by group', () => {
    const before = aReport({
      operating_threshold: 0.8,
      metrics: { auc: 0.83, accuracy: 0.3, gone: 1 },
      group_metrics: { race: { white: { recall: 0.9 } } },
    });
    const after = aReport({
      operating_threshold: 0.5,
      metrics: { auc: 0.81, accuracy: 0.1 + 0.2 + 0.1, come: 2 },
      group_metrics: { race: { white: { recall: 0.95 } } },
    });

    expect(rows(before, after)).toEqual([
      'metrics | auc | 0.83 | 0.81 | -0.02',
      'metrics | accuracy | 0.3 | 0.4 | +0.1',
      'metrics | gone | 1 | ',
      'metrics | operating_threshold | 0.8 | 0.5 | -0.3',
      'metrics | by_group.race.white.recall | 0.9 | 0.95 | +0.05',
      'metrics | come |  | 2',
    ]);
  });

  it('names the features and how the model was trained', () => {
    const before = aReport({ features: ['a', 'b'], training: { hyperparameters: { C: '0.1' } } });
    const after = aReport({ features: ['a', 'c', 'd'], training: { hyperparameters: { C: '0.2' } } });

    expect(rows(before, after)).toEqual([
      'fields | evaluation.features | b | ',
      'fields | evaluation.features |  | c',
      'fields | evaluation.features |  | d',
      'fields | evaluation.training.hyperparameters.C | 0.1 | 0.2',
    ]);
  });

  it('compares a card item by item, not by position', () => {
    const before = aCard({
      version: '1.0.0',
      metrics: { auc: 0.8 },
      fairness_analysis: { ratio: 0.8, told: 'four fifths' },
      known_limitations: ['old data', 'few rows', 'no audit'],
      failure_modes: [{ mode: 'drift', effect: 'wrong', mitigation: 'compare' }],
    });
    const after = aCard({
      version: '1.1.0',
      metrics: { auc: 0.9 },
      fairness_analysis: { ratio: 0.9, told: 'nine tenths' },
      known_limitations: ['few rows', 'no audit'],
      failure_modes: [{ mode: 'drift', effect: 'late' }],
    });

    expect(rows(before, after)).toEqual([
      'card | fairness_analysis.told | four fifths | nine tenths',
      'card | known_limitations | old data | ',
      'card | failure_modes | mode: drift; effect: wrong; mitigation: compare | mode: drift; effect: late',
    ]);
  });

  it('names checks that are new or changed', () => {
    const failed = aCheck('demographic_parity_within_threshold', { status: 'failed' });
    const after = factsOf({}, { checks: [failed, aCheck('consent_basis_documented')] });

    expect(rows(factsOf(), after)).toEqual([
      'checks | demographic_parity_within_threshold | passed: 0.12 | failed: 0.12',
      'checks | consent_basis_documented |  | passed',
    ]);
  });

  it('names what the policy asked for, stage by stage and check by check', () => {
    const policy = aPolicy();
    const [first, ...stages] = structuredClone(policy.stages);
    const [check, ...checks] = first?.checks ?? [];
    const stage = { ...first, checks: [{ ...check, mode: 'warn' }, ...checks] };
    const later = GovernancePolicy.parse({ ...policy, stages: [stage, ...stages], approval_expiry_days: 30 });

    expect(rows(factsOf({}, { policy }), factsOf({}, { policy: later }))).toEqual([
      `policy | stages.${first?.name}.checks.${check?.name}.mode | enforce | warn`,
      'policy | approval_expiry_days | 90 | 30',
    ]);
  });

  it('counts: a role that is asked for twice is not a role that is asked for once', () => {
    const twice = GovernancePolicy.parse({
      ...aPolicy(),
      tiers: { ...aPolicy().tiers, low: { ...aPolicy().tiers.low, roles: ['ml_lead', 'ml_lead'] } },
    });

    expect(rows(factsOf({}, { policy: aPolicy() }), factsOf({}, { policy: twice }))).toEqual([
      'policy | tiers.low.roles |  | ml_lead',
    ]);
  });

  it('names who decided what, role by role', () => {
    const [one, other] = [[anApproval('ada', 'ml_lead')], [anApproval('katherine', 'ml_lead')]];

    expect(rows(factsOf({}, { approvals: one }), factsOf({}, { approvals: other }))).toEqual([
      'approvals | ml_lead | approve by ada | approve by katherine',
    ]);
    expect(rows(factsOf({}, { approvals: [] }), factsOf({}, { approvals: other }))).toEqual([
      'approvals | ml_lead |  | approve by katherine',
    ]);
  });

  it('does not compare what is known of one of them only', () => {
    expect(rows(factsOf(), aCard({ owner: 'me' }))).toEqual([]);
    expect(rows(aReport({ metrics: { auc: 1 } }), factsOf())).toEqual([]);
  });

  it('begins a long text shortly before it differs', () => {
    const same = 'about people '.repeat(400);
    const [row] = diffReleases(
      aCard({ overview: `${same}only with a person in the loop` }),
      aCard({ overview: `${same}without anybody` }),
    );

    expect(row?.before).toMatch(/^….{200}only with a person in the loop$/);
    expect(row?.after).toMatch(/^….{200}without anybody$/);
  });

  it('cuts what is too long to be shown', () => {
    const [row] = diffReleases(aCard({ overview: 'x' }), aCard({ overview: `y${'😀'.repeat(2000)}` }));

    expect(row?.after).toHaveLength(2001);
    expect(row?.after.isWellFormed()).toBe(true);
  });

  it('takes little time over long lists', () => {
    const list = (prefix: string) => Array.from({ length: 50_000 }, (_, index) => `${prefix}${index}`);
    const elapsedMs = processorTime();

    expect(rows(aCard({ edge_cases: list('a') }), aCard({ edge_cases: list('b') }))).toHaveLength(100_000);
    expect(elapsedMs()).toBeLessThan(5000);
  });

  it('is the same backwards, with the sides changed', () => {
    const items = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 6 });
    fc.assert(
      fc.property(items, items, (before, after) => {
        const [old, now] = [aCard({ edge_cases: before }), aCard({ edge_cases: after })];
        const turned = diffReleases(now, old).map((row) => [row.after, row.before].join('|'));

        expect(
          diffReleases(old, now)
            .map((row) => [row.before, row.after].join('|'))
            .toSorted(),
        ).toEqual(turned.toSorted());
      }),
    );
  });
});

describe('a document as leaves', () => {
  it('keeps both values where a key spells the path of another', () => {
    expect([...leavesOf({ 'a.b': 1, a: { b: 2 } })]).toEqual([['a.b', ['1', '2']]]);
  });

  it('has items under their names where all have one of their own', () => {
    expect([
      ...leavesOf({
        a: [
          { id: 'x', n: 1 },
          { id: 'y', n: 2 },
        ],
      }),
    ]).toEqual([
      ['a.x.id', ['x']],
      ['a.x.n', ['1']],
      ['a.y.id', ['y']],
      ['a.y.n', ['2']],
    ]);
    expect([
      ...leavesOf({
        a: [
          { name: 'x', n: [1] },
          { name: 'x', n: null },
        ],
      }),
    ]).toEqual([['a', ['name: x; n: 0: 1', 'name: x; n: null']]]);
    expect([...leavesOf({ a: [], b: null, c: undefined, d: [null, { name: 1 }] })]).toEqual([
      ['a', []],
      ['d', ['null', 'name: 1']],
    ]);
  });
});
