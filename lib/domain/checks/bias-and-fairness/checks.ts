import type { EvidencedStage } from '../evidence-readers.ts';
import { behaviour, biasReport, evaluationReport, liveRelease, manifest, outcomeCounts } from '../kinds-of-evidence.ts';
import { behaviourChangeWithinThreshold } from './behaviour-change-within-threshold.ts';
import { demographicParityWithinThreshold } from './demographic-parity-within-threshold.ts';
import { disparateImpactRatioAboveMinimum } from './disparate-impact-ratio-above-minimum.ts';
import { equalisedOddsWithinThreshold } from './equalised-odds-within-threshold.ts';
import { reportedBiasWithinThreshold } from './reported-bias-within-threshold.ts';
import { sensitiveSubgroupNotRegressed } from './sensitive-subgroup-not-regressed.ts';

export const BIAS_AND_FAIRNESS: EvidencedStage = {
  stage: 'bias_and_fairness',
  checks: [
    demographicParityWithinThreshold,
    equalisedOddsWithinThreshold,
    disparateImpactRatioAboveMinimum,
    sensitiveSubgroupNotRegressed,
    behaviourChangeWithinThreshold,
    reportedBiasWithinThreshold,
  ],
  evidence: { manifest, evaluationReport, outcomeCounts, biasReport, liveRelease, behaviour },
};
