import { isEnforced } from '../checks/vocabulary.ts';
import type { CheckInPolicy, PolicyRecord, StageInPolicy } from '../policy/policy-record.ts';
import { requiredRoles } from '../policy/tier-override.ts';
import { appliesTo } from '../policy/tiers.ts';
import { without } from '../policy/value-change.ts';
import type { CheckRecord } from '../records/check-record.ts';
import type { Release } from '../release/release.ts';
import { questionsOf } from './checklist-of.ts';

/** What the policy asks for at the computed tier of a release, and does not if people accept the lower one. */
export type LoweredDemands = {
  /** Who would have to approve as well. */
  readonly roles: readonly string[];
  /** The checks that would stop the release. Every check is made at every tier, so what it found is there to see. */
  readonly checks: readonly string[];
  /** The questions that people would have to answer, and are not asked. */
  readonly questions: readonly string[];
};

type Facts = {
  readonly release: Pick<Release, 'riskTier' | 'tierOverride' | 'rollbackTarget'>;
  readonly policy: PolicyRecord;
  readonly checks: readonly CheckRecord[];
};

/** Establishes what an override costs; undefined for a release without one. */
export const loweredDemands = ({ release, policy, checks }: Facts): LoweredDemands | undefined => {
  const { riskTier, tierOverride } = release;
  if (tierOverride === undefined) return undefined;
  const { computed } = tierOverride;
  const asked = questionsOf(policy, release);
  const higher = questionsOf(policy, { riskTier: computed, rollbackTarget: release.rollbackTarget });
  const stopsAt = (check: CheckRecord, tier: typeof riskTier): boolean =>
    usesOf(policy, check).some(({ stage, used }) => appliesTo(stage, tier) && isShort(check, used, tier));
  return {
    roles: without(policy.tiers[computed].roles, requiredRoles(policy, release)),
    checks: checks.filter((check) => stopsAt(check, computed) && !stopsAt(check, riskTier)).map(({ name }) => name),
    questions: higher.filter((question) => !asked.includes(question)),
  };
};

type Use = { readonly stage: StageInPolicy; readonly used: CheckInPolicy };

const usesOf = ({ stages }: PolicyRecord, { stage: name, name: check }: CheckRecord): Use[] =>
  stages
    .filter((stage) => stage.name === name && stage.required && stage.blocking)
    .flatMap((stage) =>
      stage.checks.flatMap((used: CheckInPolicy) =>
        used.name === check && isEnforced(used.mode) ? [{ stage, used }] : [],
      ),
    );

/** At a tier where the policy asks for more than the submitter's word, what is only attested does not pass. */
const isShort = (
  { status, knownBy }: CheckRecord,
  { require_known: required = {} }: CheckInPolicy,
  tier: Release['riskTier'],
): boolean => status !== 'passed' || (required[tier] !== undefined && knownBy === 'attested');
