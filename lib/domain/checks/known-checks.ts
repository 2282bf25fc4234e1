/**
 * Every check of Assay, for code that reads and writes policies: at synth and on the command line. A Lambda imports the
 * checks of its own stage, or none, so that a change of one check changes the code of one stage only.
 */
import { BIAS_AND_FAIRNESS } from './bias-and-fairness/checks.ts';
import type { Check } from './check.ts';
import { DATA_PROVENANCE } from './data-provenance/checks.ts';
import type { EvidencedStage } from './evidence-readers.ts';
import { MODEL_CARD } from './model-card/checks.ts';
import { RISK_CLASSIFICATION } from './risk-classification/checks.ts';
import { SAFETY_EVALUATION } from './safety-evaluation/checks.ts';
import { SECURITY_REVIEW } from './security-review/checks.ts';
import type { StageName } from './vocabulary.ts';

export const STAGES: readonly EvidencedStage[] = [
  DATA_PROVENANCE,
  MODEL_CARD,
  BIAS_AND_FAIRNESS,
  SAFETY_EVALUATION,
  SECURITY_REVIEW,
  RISK_CLASSIFICATION,
];

/** In the order in which people read about them. A policy can name no others. */
export const CHECKS: readonly Check[] = STAGES.flatMap(({ checks }) => checks);

export const checksOf = (stage: StageName): readonly Check[] =>
  STAGES.find((known) => known.stage === stage)?.checks ?? [];
