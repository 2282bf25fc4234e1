import { MODEL_CARD } from '../checks/model-card/checks.ts';
import type { CanaryCase, StageCanaries } from './canary.ts';
import { manifestOf, releaseWith, reportOn } from './canary-release.ts';

const CARD = {
  model_name: 'canary',
  version: '1.0.0',
  owner: 'Credit modelling',
  overview: 'A logistic regression.',
  intended_use: ['Recommend approval to an underwriter'],
  not_for_use: ['Pricing'],
  training_data: { source: 'The lending register', period: '2024' },
  metrics: { accuracy: 0.86 },
  evaluation: { test_data: 'Held-out half', conditions: 'Threshold 0.8' },
  fairness_analysis: 'Ratio 0.85 by race.',
  known_limitations: ['Old data'],
  failure_modes: [{ mode: 'Drift', effect: 'Wrong scores', mitigation: 'Weekly comparison' }],
  operational_requirements: { compute: 'One core', latency: '50 ms', monitoring: 'Approval rate by group' },
  security_properties: ['The file runs no code when it is loaded'],
  operational_acknowledgement: { owner: 'Platform on-call', statement: 'We run it.', date: '2026-10-01' },
};
const PREDICTIONS = 'label,prediction\n1,1\n';

const withCard = (changes: object = {}) =>
  releaseWith({
    model_card: { ...CARD, ...changes },
    evaluation_report: reportOn(PREDICTIONS, 1),
    predictions: PREDICTIONS,
  });

/** A whole card, and one with this fault. */
const without = (changes: object): CanaryCase => ({ good: withCard(), bad: withCard(changes) });

export const MODEL_CARD_CANARIES: StageCanaries = {
  known: MODEL_CARD,
  cases: {
    model_card_schema_valid: without({ version: '1.0.1' }),
    performance_metrics_populated: without({ metrics: { accuracy: 0.87 } }),
    failure_modes_documented: without({ failure_modes: [] }),
    security_properties_documented: without({ security_properties: [] }),
    intended_use_defined: without({ not_for_use: [] }),
    known_limitations_documented: without({ known_limitations: [] }),
    operational_owner_acknowledged: without({ operational_acknowledgement: undefined }),
    configuration_versions_recorded: {
      good: { ...withCard(), manifest: manifestOf({ model_type: 'llm', prompt_version: '3' }) },
      bad: { ...withCard(), manifest: manifestOf({ model_type: 'llm' }) },
    },
  },
};
