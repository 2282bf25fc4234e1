import type { StageChecks } from '../check.ts';
import { demographicParityWithinThreshold } from './demographic-parity-within-threshold.ts';
import { disparateImpactRatioAboveMinimum } from './disparate-impact-ratio-above-minimum.ts';
import { equalisedOddsWithinThreshold } from './equalised-odds-within-threshold.ts';
import { reportedBiasWithinThreshold } from './reported-bias-within-threshold.ts';
import { sensitiveSubgroupNotRegressed } from './sensitive-subgroup-not-regressed.ts';

export const BIAS_AND_FAIRNESS: StageChecks = {
  stage: 'bias_and_fairness',
  checks: [
    demographicParityWithinThreshold,
    equalisedOddsWithinThreshold,
    disparateImpactRatioAboveMinimum,
    sensitiveSubgroupNotRegressed,
    reportedBiasWithinThreshold,
  ],
};
