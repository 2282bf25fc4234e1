import { describe, expect, it } from 'vitest';
import type { UsedCheck } from '../../../lib/domain/checks/check.ts';
import { DATA_PROVENANCE } from '../../../lib/domain/checks/data-provenance/checks.ts';
import { CHECKS, checksOf, STAGES } from '../../../lib/domain/checks/known-checks.ts';
import { MODEL_CARD } from '../../../lib/domain/checks/model-card/checks.ts';
import { runChecks } from '../../../lib/domain/checks/run-checks.ts';
import { StageName } from '../../../lib/domain/checks/vocabulary.ts';
import { unreadableIn } from '../../../lib/domain/readable.ts';
import { NEEDED } from '../../support/attestations.ts';
import { aCard, aProvenance, read, someEvidence, unreadable } from './stage-evidence.ts';

const used = (name: string, parameters = {}): UsedCheck => ({ name, mode: 'enforce', parameters });

describe('the registry of checks', () => {
  it('has the checks of the stages under their exact names', () => {
    const names = Object.fromEntries(
      StageName.options.map((stage) => [stage, checksOf(stage).map((check) => check.name)]),
    );

    expect(names).toEqual({
      data_provenance: [
        'training_data_sources_documented',
        'pii_handling_verified',
        'consent_basis_documented',
        'data_retention_policy_compliant',
        'training_provenance_consistent',
        'bill_of_materials_consistent',
      ],
      model_card: [
        'model_card_schema_valid',
        'performance_metrics_populated',
        'failure_modes_documented',
        'security_properties_documented',
        'intended_use_defined',
        'known_limitations_documented',
        'operational_owner_acknowledged',
        'configuration_versions_recorded',
      ],
      bias_and_fairness: [
        'demographic_parity_within_threshold',
        'equalised_odds_within_threshold',
        'disparate_impact_ratio_above_minimum',
        'sensitive_subgroup_not_regressed',
        'behaviour_change_within_threshold',
        'reported_bias_within_threshold',
      ],
      safety_evaluation: [
        'adversarial_perturbation_test_passed',
        'edge_case_inputs_handled',
        'output_boundary_verified',
        'accuracy_above_minimum',
        'better_than_constant_classifier',
        'baseline_not_regressed',
        'latency_within_threshold',
        'load_test_passed',
        'explainability_report_complete',
        'no_drift_reported',
      ],
      security_review: [
        'model_artifact_signed',
        'inference_endpoint_tls_configured',
        'input_validation_configured',
        'rate_limiting_configured',
        'code_quality_met',
        'test_coverage_above_minimum',
        'pii_filters_effective',
        'git_ref_allowed',
        'attested_by',
      ],
      custom_checks: [],
      risk_classification: ['risk_tier_assigned', 'required_controls_for_tier_present', 'rollback_target_present'],
    });
  });

  it('has each name once, and in each stage checks of that stage only', () => {
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
    expect(StageName.options.flatMap((stage) => checksOf(stage))).toHaveLength(CHECKS.length);
    for (const stage of StageName.options) expect(checksOf(stage).filter((check) => check.stage !== stage)).toEqual([]);
  });

  it.each(CHECKS.map((check) => [check.name, check] as const))(
    'passes %s by its defaults on good evidence',
    (_, check) => {
      expect(check.judge(someEvidence(), NEEDED[check.name] ?? {})).toMatchObject({ status: 'passed' });
    },
  );

  it.each(STAGES.map((known) => [known.stage, known] as const))(
    'has for %s a reader for all evidence that its checks are given, and for no other',
    (_, { checks, evidence }) => {
      expect(Object.keys(evidence).sort()).toEqual([...new Set(checks.flatMap(({ reads }) => reads))].sort());
    },
  );

  it('gives no check more evidence than it declares', () => {
    const evidence = someEvidence();
    for (const check of CHECKS) {
      const given = Object.fromEntries(check.reads.map((field) => [field, evidence[field]]));

      expect(check.judge(given as never, NEEDED[check.name] ?? {}), check.name).toMatchObject({ status: 'passed' });
    }
  });
});

describe('runChecks (CK-2)', () => {
  it('runs all checks of a stage and lists every verdict in the order of the policy', () => {
    const evidence = someEvidence({ dataProvenance: read(aProvenance({ consent: undefined, columns: [] })) });

    const runs = runChecks(
      DATA_PROVENANCE,
      DATA_PROVENANCE.checks.map(({ name }) => used(name)),
      evidence,
    );

    expect(runs.map(({ verdict }) => verdict.status)).toEqual([
      'passed',
      'not_provided',
      'not_provided',
      'passed',
      'passed',
      'passed',
    ]);
  });

  it('keeps the mode that the policy gives', () => {
    const [run] = runChecks(MODEL_CARD, [{ ...used('intended_use_defined'), mode: 'observe' }], someEvidence());

    expect(run).toMatchObject({ name: 'intended_use_defined', mode: 'observe' });
  });

  it('gives texts that are short, and hold nothing that a terminal or a page takes for a command', () => {
    const owner = `nobody \u202eyxes\u001b[2J${'e\u0301'.repeat(2)}${'\u0489'.repeat(9)} ${'x'.repeat(60_000)}`;
    const evidence = someEvidence({
      modelCard: read(aCard({ operational_acknowledgement: { owner, statement: 'I am', date: '2026-01-01' } })),
    });

    const [run] = runChecks(MODEL_CARD, [used('operational_owner_acknowledged')], evidence);

    const texts = [run?.verdict.measured, run?.verdict.threshold, run?.verdict.explanation].join();
    expect(texts).toContain('nobody ?yxes?[2J');
    expect(texts.length).toBeLessThan(3_000);
    expect(unreadableIn(texts)).toBeUndefined();
  });

  it('closes on a check that it does not know, or that belongs to another stage', () => {
    const runs = runChecks(MODEL_CARD, [used('vibes_checked'), used('pii_handling_verified')], someEvidence());

    expect(runs.map(({ verdict }) => verdict.status)).toEqual(['error', 'error']);
  });

  it('closes on a check that breaks, keeps its message, and still makes the others', () => {
    const broken = { ...aCard(), failure_modes: null };
    const evidence = someEvidence({ modelCard: read(broken as never) }); // the cast stands for a bug in a parser

    const runs = runChecks(MODEL_CARD, [used('failure_modes_documented'), used('intended_use_defined')], evidence);

    expect(runs[0]?.verdict).toMatchObject({ status: 'error', explanation: expect.stringContaining('Cannot read') });
    expect(runs[1]?.verdict.status).toBe('passed');
  });

  it('closes on parameters that the check does not have', () => {
    const [run] = runChecks(MODEL_CARD, [used('intended_use_defined', { minimun: 0 })], someEvidence());

    expect(run?.verdict).toMatchObject({ status: 'error', explanation: expect.stringContaining('minimun') });
  });

  it('keeps explanations short and printable, since they go into audit events and pages', () => {
    const problem = `\u001b[2J${'\ud83d\ude00'.repeat(2000)}`;
    const evidence = someEvidence({ modelCard: unreadable(problem) });

    const [run] = runChecks(MODEL_CARD, [used('intended_use_defined')], evidence);

    expect(run?.verdict.explanation.length).toBeLessThanOrEqual(1000);
    expect(run?.verdict.explanation).toMatch(/^The model card .*\?\[2J/);
    expect(run?.verdict.explanation.isWellFormed()).toBe(true);
  });

  it('spells out the first problems and counts the rest', () => {
    const failure_modes = Array.from({ length: 500 }, () => ({ mode: 'Drift' }));

    const [run] = runChecks(
      MODEL_CARD,
      [used('failure_modes_documented')],
      someEvidence({ modelCard: read(aCard({ failure_modes })) }),
    );

    expect(run?.verdict.explanation).toContain('Failure mode 8 (Drift) lacks effect and mitigation. And 493 more.');
  });
});
