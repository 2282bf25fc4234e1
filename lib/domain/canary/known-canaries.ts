/** The canaries of every stage, for tests and for what runs them all. A stage's Lambda imports its own only. */
import { BIAS_AND_FAIRNESS_CANARIES } from './bias-and-fairness.ts';
import type { StageCanaries } from './canary.ts';
import { DATA_PROVENANCE_CANARIES } from './data-provenance.ts';
import { MODEL_CARD_CANARIES } from './model-card.ts';
import { RISK_CLASSIFICATION_CANARIES } from './risk-classification.ts';
import { SAFETY_EVALUATION_CANARIES } from './safety-evaluation.ts';
import { SECURITY_REVIEW_CANARIES } from './security-review.ts';

export const CANARIES: readonly StageCanaries[] = [
  DATA_PROVENANCE_CANARIES,
  MODEL_CARD_CANARIES,
  BIAS_AND_FAIRNESS_CANARIES,
  SAFETY_EVALUATION_CANARIES,
  SECURITY_REVIEW_CANARIES,
  RISK_CLASSIFICATION_CANARIES,
];
