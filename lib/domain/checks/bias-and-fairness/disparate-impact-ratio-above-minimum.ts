import * as z from 'zod';
import { FOUR_FIFTHS } from '../../evidence/fairness/rates.ts';
import { Share } from '../../evidence/predictions/fraction.ts';
import { defineCheck } from '../check.ts';
import { fairnessParameters } from './fairness-parameters.ts';
import { judgeFairness } from './judge-fairness.ts';

/**
 * Establishes that the least favored group gets the favorable outcome at a fair share of the rate of the most
 * favored; 0.80 is the four-fifths rule of the Uniform Guidelines (29 CFR 1607.4 D).
 */
export const disparateImpactRatioAboveMinimum = defineCheck({
  name: 'disparate_impact_ratio_above_minimum',
  stage: 'bias_and_fairness',
  knownBy: 'counted',
  reads: ['manifest', 'outcomeCounts', 'evaluationReport'],
  parameters: z.strictObject({ minimum: Share.default(FOUR_FIFTHS), ...fairnessParameters }),
  judge: (evidence, { minimum, ...parameters }) =>
    judgeFairness(evidence, parameters, {
      name: 'disparate impact ratio',
      measure: 'demographic_parity_ratio',
      limit: { kind: 'minimum', value: minimum },
      usesLabels: false,
    }),
});
