import { describe, expect, it } from 'vitest';
import { parseModelCard } from '../../../../lib/domain/evidence/readers/model-card.ts';
import { bytesOf, changed, vector } from '../vectors.ts';

const CARD = 'sagemaker-model-card.json';

describe('a SageMaker model card', () => {
  it('is read as ours, slot by slot', () => {
    expect(parseModelCard(vector(CARD))).toEqual({
      model_name: 'credit',
      version: '2.1.0',
      artifact_sha256: 'a'.repeat(64),
      owner: 'Credit modelling',
      escalation_path: 'Owner, then head of credit risk',
      overview: 'Gradient boosted trees that order the review queue.',
      intended_use: ['Order the review queue', 'Applications of existing customers'],
      not_for_use: ['Pricing', 'Marketing', 'Fraud'],
      training_data: {
        source: 's3://data/credit/train.parquet; s3://data/credit/labels.parquet',
        period: '2024',
        exclusions: 'Staff accounts',
      },
      metrics: { accuracy: 0.86, auc: 0.83, 'female.recall': 0.9, 'male.recall': 0.91 },
      evaluation: {
        test_data: 's3://data/credit/test.parquet',
        conditions: 'Scored with the shipped container at threshold 0.8.',
      },
      fairness_analysis: 'Ratio 0.85 by race.',
      known_limitations: ['Two years of data only.'],
      failure_modes: [
        { mode: 'Drift', effect: 'wrong scores', mitigation: 'weekly comparison' },
        { mode: 'Missing income', effect: 'score is not a number' },
      ],
      edge_cases: [],
      operational_requirements: { compute: 'One core', latency: '50 ms', monitoring: 'Approval rate per group' },
      security_properties: ['Loading it runs no code'],
      operational_acknowledgement: {
        owner: 'platform-oncall',
        statement: 'We know of it and run it',
        date: '2026-11-20',
      },
      approvals: {},
    });
  });

  it('may be the reduced card of a model package, and lacks the rest', () => {
    const card = parseModelCard(bytesOf({ model_overview: { model_creator: 'dana', model_artifact: [] } }));

    expect(card).toMatchObject({ owner: 'dana', intended_use: [], metrics: {}, failure_modes: [] });
    expect(card.model_name).toBeUndefined();
  });

  it('may leave out the day of an acknowledgement', () => {
    const day = ['additional_information', 'custom_details', 'gov.operational_acknowledgement_date'];

    expect(parseModelCard(changed(CARD, day, undefined)).operational_acknowledgement).toEqual({
      owner: 'platform-oncall',
      statement: 'We know of it and run it',
    });
  });

  it('has the version of the registry unless another one is given', () => {
    const details = ['additional_information', 'custom_details', 'gov.model_version'];

    expect(parseModelCard(changed(CARD, details, undefined)).version).toBe('7');
  });

  it.each([
    [['evaluation_details', 0, 'metric_groups', 0, 'metric_data', 0, 'value'], 'high', 'metric_data.0'],
    [['evaluation_details', 0, 'metric_groups', 0, 'metric_data', 0, 'type'], 'percent', 'metric_data.0.type'],
    [['evaluation_details', 0, 'metric_groups', 0, 'metric_data', 0, 'name'], '__proto__', 'reserved name __proto__'],
    [['evaluation_details', 0, 'metric_groups', 2, 'name'], 'female', 'gives female.recall twice'],
    [['model_overview', 'model_owner'], 1, 'model_overview.model_owner'],
    [['intended_uses'], [], 'intended_uses'],
    [['additional_information', 'custom_details', 'gov.operational_acknowledgement_date'], 'soon', 'is not a date'],
    [['additional_information', 'custom_details', 'gov.not_for_us'], 'x', 'gov.not_for_us is no field of a model card'],
  ])('is refused where %j is %j', (path, value, problem) => {
    expect(() => parseModelCard(changed(CARD, path, value))).toThrow(problem);
  });
});
