import type { EvidencedStage } from '../evidence-readers.ts';
import { controls, liveRelease, wayBack } from '../kinds-of-evidence.ts';
import { requiredControlsForTierPresent } from './required-controls-for-tier-present.ts';
import { riskTierAssigned } from './risk-tier-assigned.ts';
import { rollbackTargetPresent } from './rollback-target-present.ts';

export const RISK_CLASSIFICATION: EvidencedStage = {
  stage: 'risk_classification',
  checks: [riskTierAssigned, requiredControlsForTierPresent, rollbackTargetPresent],
  evidence: { liveRelease, wayBack, controls },
};
