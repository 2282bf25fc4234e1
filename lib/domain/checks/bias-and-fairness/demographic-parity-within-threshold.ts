import * as z from 'zod';
import { Share } from '../../evidence/predictions/fraction.ts';
import { defineCheck } from '../check.ts';
import { fairnessParameters } from './fairness-parameters.ts';
import { judgeFairness } from './judge-fairness.ts';

/** Establishes that no group gets favorable predictions much more often than another. */
export const demographicParityWithinThreshold = defineCheck({
  name: 'demographic_parity_within_threshold',
  stage: 'bias_and_fairness',
  knownBy: 'counted',
  reads: ['manifest', 'outcomeCounts', 'evaluationReport'],
  parameters: z.strictObject({ maximum: Share.default('0.20'), ...fairnessParameters }),
  judge: (evidence, { maximum, ...parameters }) =>
    judgeFairness(evidence, parameters, {
      name: 'demographic parity difference',
      measure: 'demographic_parity_difference',
      limit: { kind: 'maximum', value: maximum },
      usesLabels: false,
    }),
});
