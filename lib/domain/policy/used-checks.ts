/** The checks of a policy, and how strong each is there: from not being there to stopping a release. */
import { isEnforced } from '../checks/vocabulary.ts';
import { type CheckInPolicy, mustAllChecksPass, type PolicyRecord, type StageInPolicy } from './policy-record.ts';
import { ABSENT } from './value-change.ts';

export const STRENGTHS = [ABSENT, 'observe', 'warn', 'enforce'] as const;
type Strength = (typeof STRENGTHS)[number];
export type UsedCheck = {
  readonly stage: StageInPolicy;
  readonly check: CheckInPolicy;
  readonly strength: Strength;
};

/** By stage and name. */
export const usedChecks = (policy: PolicyRecord): ReadonlyMap<string, UsedCheck> => {
  const mustAllPass = mustAllChecksPass(policy);
  return new Map(
    policy.stages.flatMap((stage) =>
      stage.checks.map((check: CheckInPolicy): [string, UsedCheck] => {
        const isBinding = stage.required && stage.blocking;
        const own = strengthOf(check.mode, isBinding);
        return [`${stage.name}.${check.name}`, { stage, check, strength: mustAllPass ? 'enforce' : own }];
      }),
    ),
  );
};

const strengthOf = (mode: string, isBinding: boolean): Strength => {
  if (isEnforced(mode)) return isBinding ? 'enforce' : 'warn';
  return mode === 'observe' ? 'observe' : 'warn';
};
