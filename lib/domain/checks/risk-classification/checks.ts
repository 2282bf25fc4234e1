import type { StageChecks } from '../check.ts';
import { requiredControlsForTierPresent } from './required-controls-for-tier-present.ts';
import { riskTierAssigned } from './risk-tier-assigned.ts';
import { rollbackTargetPresent } from './rollback-target-present.ts';

export const RISK_CLASSIFICATION: StageChecks = {
  stage: 'risk_classification',
  checks: [riskTierAssigned, requiredControlsForTierPresent, rollbackTargetPresent],
};
