import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import { RiskTier } from '../../../lib/domain/identifiers.ts';
import { citationNotes, endedCitations } from '../../../lib/domain/policy/cited-clauses.ts';
import { controlMap, unmappedChecks } from '../../../lib/domain/policy/control-map.ts';
import { loadRegime, refusalOf } from '../../../lib/domain/policy/load.ts';
import { Clause, hasEnded, isInForce, Regime, regimeProblems } from '../../../lib/domain/policy/regime.ts';
import { shippedPolicy } from './shipped.ts';

const FOLDER = new URL('../../../policies/regimes/', import.meta.url);
const CLAUSES = readdirSync(FOLDER).flatMap((name) => loadRegime(readFileSync(new URL(name, FOLDER)), name).clauses);
const POLICY = shippedPolicy('governance-policy');
const citing = (...clauses: readonly string[]) => ({
  ...POLICY,
  tier_rules: [{ name: 'every', tier: 'high', when: {}, clauses: [...clauses] }],
});
const heldOn = (day: string) => new Set(controlMap(POLICY, CLAUSES, day).map(({ clause }) => clause));

const aClause = (changes: object = {}) =>
  Clause.parse({
    id: 'Rule 1',
    title: 'A rule',
    in_force_from: '2020-01-01',
    sources: [{ kind: 'secondary', url: 'https://example.org/rule', read_on: '2026-11-28' }],
    ...changes,
  });

describe('the regimes that Assay brings (CO-8)', () => {
  it('name each clause once, and no successor that is not there', () => {
    expect(regimeProblems(CLAUSES)).toEqual([]);
  });

  it('say of every clause where and when that was read', () => {
    for (const { sources } of CLAUSES) {
      expect(sources.length).toBeGreaterThan(0);
      for (const { kind, read_on } of sources) expect([kind, read_on]).toEqual(['secondary', '2026-11-28']);
    }
  });

  it('map SR 11-7 in March and SR 26-2 in May 2026', () => {
    const [march, may] = [heldOn('2026-03-01'), heldOn('2026-05-01')];

    expect([march.has('OCC SR 11-7'), march.has('SR 26-2')]).toEqual([true, false]);
    expect([may.has('OCC SR 11-7'), may.has('SR 26-2')]).toEqual([false, true]);
  });

  it.each([
    ['Regulation B effects test', '2026-07-20', true],
    ['Regulation B effects test', '2026-07-21', false],
    ['EU AI Act Annex III', '2027-12-01', false],
    ['EU AI Act Annex III', '2027-12-02', true],
    ['Colorado SB 26-189', '2026-12-31', false],
    ['Colorado SB 26-189', '2027-01-01', true],
  ])('say of %s on %s whether it holds: %s', (name, day, holds) => {
    expect(heldOn(day).has(name)).toBe(holds);
  });

  it('give every check, and what people decide, a clause at every tier (RT-5)', () => {
    const mapped = controlMap(POLICY, CLAUSES, '2026-05-01');
    const named = new Set(
      CLAUSES.filter((one) => isInForce(one, '2026-05-01')).flatMap(({ controls }) =>
        controls.flatMap(({ checks }) => checks),
      ),
    );

    expect(unmappedChecks(POLICY, mapped)).toEqual([]);
    expect(new Set(mapped.map(({ tier }) => tier))).toEqual(new Set(RiskTier.options));
    for (const { name } of CHECKS) expect([...named]).toContain(name);
    for (const preset of ['presets/lead-and-compliance', 'presets/review-stages', 'presets/three-owners'] as const) {
      const policy = shippedPolicy(preset);
      expect(unmappedChecks(policy, controlMap(policy, CLAUSES, '2026-05-01'))).toEqual([]);
    }
  });
});

describe('the map of controls', () => {
  const clause = aClause({
    applies_to: 'banks',
    controls: [
      {
        control: 'people decide',
        question: 'Who?',
        checks: ['human_approval', 'model_artifact_signed', 'no_drift_reported'],
      },
    ],
  });

  it('says of each check how strong it is at the tier, and what it reads', () => {
    const high = controlMap(POLICY, [clause], '2026-01-01').filter(({ tier }) => tier === 'high');

    expect(high).toEqual([
      {
        tier: 'high',
        clause: 'Rule 1',
        title: 'A rule',
        applies_to: 'banks',
        control: 'people decide',
        checks: [
          { name: 'human_approval', mode: 'ml_lead, risk_owner', evidence: ['signed decisions'] },
          { name: 'model_artifact_signed', mode: 'enforce', evidence: ['artifact_sha256', 'artifact_signature'] },
          { name: 'no_drift_reported', mode: 'none', evidence: ['drift_report'] },
        ],
        question: 'Who?',
      },
    ]);
  });

  it('knows no stage at a tier that it is not required for', () => {
    const stages = POLICY.stages.map((stage) => ({ ...stage, required_for_risk_tiers: ['high'] }));

    const low = controlMap({ ...POLICY, stages }, [clause], '2026-01-01').find(({ tier }) => tier === 'low');

    expect(low?.checks.map(({ mode }) => mode)).toEqual(['ml_lead', 'none', 'none']);
  });

  it('names the checks that no clause asks for', () => {
    expect(unmappedChecks(POLICY, controlMap(POLICY, [clause], '2026-01-01'))).toContain('low: risk_tier_assigned');
  });
});

describe('a policy that cites', () => {
  const ended = aClause({ in_force_until: '2026-04-17', superseded_by: ['Rule 2'], also: ['R1'] });
  const removed = aClause({ id: 'Rule 3', in_force_until: '2026-07-21', note: 'Removed.' });
  const silent = aClause({ id: 'Rule 4', in_force_until: '2026-07-21' });
  const later = aClause({ id: 'Rule 2', in_force_from: '2026-04-17' });
  const known = [ended, removed, silent, later];

  it.each([
    ['Rule 1', '2026-04-16', []],
    ['Rule 1', '2026-04-17', ['Rule 1 ended on 2026-04-17: cite Rule 2']],
    ['r1', '2026-11-28', ['r1 ended on 2026-04-17: cite Rule 2']],
    ['Rule 3', '2026-11-28', ['Rule 3 ended on 2026-07-21: no clause took its place (Removed)']],
    ['Rule 4', '2026-11-28', ['Rule 4 ended on 2026-07-21: no clause took its place']],
    ['Rule 2', '2026-01-01', []],
    ['Rule 9', '2026-11-28', []],
  ])('%s is told on %s: %j', (name, day, problems) => {
    expect(endedCitations(citing(name), known, day).map(({ problem }) => problem)).toEqual(problems);
  });

  it('is refused with the place of what it cites', () => {
    const text = 'tier_rules:\n  - clauses: [GDPR Art. 22, OCC SR 11-7]\n';
    const [fault] = endedCitations(citing('GDPR Art. 22', 'OCC SR 11-7'), CLAUSES, '2026-11-28');

    expect(fault && refusalOf(Buffer.from(text), 'policy.yaml', [fault]).violations).toEqual([
      {
        field: 'policy.yaml:2:29',
        problem: 'tier_rules.0.clauses.1: OCC SR 11-7 ended on 2026-04-17: cite SR 26-2',
      },
    ]);
  });

  it('gets a note, and no fault, for what does not hold yet and for what no file knows', () => {
    expect(citationNotes(citing('Rule 2', 'Rule 9', 'Rule 9', 'Rule 1'), known, '2026-01-01')).toEqual([
      'Rule 2 holds from 2026-04-17 on',
      'Rule 9 is in no regime file, so nobody knows here whether it holds',
    ]);
    const { tier_rules: _, ...without } = POLICY;
    expect(citationNotes(without, known, '2026-01-01')).toEqual([]);
  });

  it('cites nothing that has ended, in the policies that Assay brings', () => {
    for (const name of [
      'governance-policy',
      'presets/lead-and-compliance',
      'presets/review-stages',
      'presets/three-owners',
    ] as const) {
      expect(endedCitations(shippedPolicy(name), CLAUSES, '2026-11-28')).toEqual([]);
    }
  });
});

describe('a regime', () => {
  it('ends on no day before it began, but may never have held', () => {
    expect(() => aClause({ in_force_until: '2019-12-31' })).toThrow('is before in_force_from');
    const never = aClause({ in_force_until: '2020-01-01' });
    expect([isInForce(never, '2020-01-01'), hasEnded(never, '2020-01-01')]).toEqual([false, true]);
  });

  it('names no check that there is not', () => {
    const control = { control: 'c', question: 'q', checks: ['nothing_checked'] };
    const regime = {
      schema_version: 1,
      name: 'n',
      jurisdiction: 'j',
      clauses: [{ ...aClause(), controls: [control] }],
    };

    expect(Regime.safeParse(regime).success).toBe(false);
  });

  it('is no regime beside another that names a clause again, or a successor that is not there', () => {
    expect(regimeProblems([aClause(), aClause({ also: ['Rule 5'], superseded_by: ['Rule 6'] })])).toEqual([
      'Rule 1 names two clauses',
      'Rule 1 is superseded by Rule 6, which no file has',
    ]);
  });
});
