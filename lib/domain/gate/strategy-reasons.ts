import type { RiskTier } from '../identifiers.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { isGradual } from '../release/deployment-strategy.ts';
import type { Reason } from '../release/release.ts';

type Asked = { readonly type: string; readonly alarms?: readonly string[] | undefined };

/** Why a release is not deployed as the policy demands it at its tier; empty if it is. */
export const strategyReasons = (
  { tiers }: Pick<PolicyRecord, 'tiers'>,
  tier: RiskTier,
  strategy: Asked | undefined,
): Reason[] => {
  if (tiers[tier].gradual_deployment !== true || (strategy !== undefined && isGradual(strategy))) return [];
  const found = strategy === undefined ? 'none' : `${strategy.type} with ${strategy.alarms?.length ?? 0} alarms`;
  const explanation = `at tier ${tier} the policy asks for a deployment strategy that is CANARY or LINEAR, with one alarm at least; the release has ${found}`;
  return [{ rule: 'deployment_strategy', evidence: '', explanation }];
};

/** Why a strategy is not carried out: an alarm that is not there takes nothing back, and SageMaker may not say so. */
export const alarmReasons = (missing: readonly string[]): Reason[] =>
  missing.map((name) => ({
    rule: 'deployment_strategy',
    evidence: '',
    explanation: `there is no metric alarm ${name}, which people approved to take the deployment back: create it, and ask for the promotion again`,
  }));
