import * as z from 'zod';
import { Share } from '../../evidence/predictions/fraction.ts';
import { defineCheck } from '../check.ts';
import { fairnessParameters } from './fairness-parameters.ts';
import { judgeFairness } from './judge-fairness.ts';

/**
 * Establishes that the model is right and wrong about equally often in every group, both among those who deserve the
 * favorable outcome and among those who do not.
 */
export const equalisedOddsWithinThreshold = defineCheck({
  name: 'equalised_odds_within_threshold',
  stage: 'bias_and_fairness',
  knownBy: 'counted',
  reads: ['manifest', 'outcomeCounts', 'evaluationReport'],
  parameters: z.strictObject({ maximum: Share.default('0.20'), ...fairnessParameters }),
  judge: (evidence, { maximum, ...parameters }) =>
    judgeFairness(evidence, parameters, {
      name: 'equalised odds difference',
      measure: 'equalized_odds_difference',
      limit: { kind: 'maximum', value: maximum },
      usesLabels: true,
    }),
});
