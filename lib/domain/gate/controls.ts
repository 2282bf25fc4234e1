import { solveQuorum } from '../approval/solve-quorum.ts';
import { findUnreadEvidence } from '../checks/unread-evidence.ts';
import type { Controls } from '../evidence/controls.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { requiredRoles } from '../policy/tier-override.ts';
import { computeTier, controlsAt } from '../policy/tiers.ts';
import type { CheckRecord } from '../records/check-record.ts';
import { Refusal } from '../refusal.ts';
import type { Makers } from '../release/makers.ts';
import type { Release } from '../release/release.ts';

type Facts = {
  readonly release: Makers & Pick<Release, 'riskTier' | 'tierOverride' | 'manifest'>;
  readonly policy: PolicyRecord;
  readonly checks: readonly Pick<CheckRecord, 'stage' | 'name'>[];
  readonly directory: DirectoryRecord;
};

/** The controls that the policy requires at the tier of a release, and which of them are in place. */
export const controlsOf = ({ release, policy, checks, directory }: Facts): Controls => {
  const facts = release.manifest.risk_facts;
  const roles = requiredRoles(policy, release);
  return {
    tier: release.riskTier,
    declaredTier: release.manifest.declared_risk_tier,
    computed: computeTier(policy, facts),
    hasFacts: facts !== undefined,
    override: release.tierOverride,
    required: controlsAt(policy, release.riskTier).map(({ stage, check }) => ({
      ...{ stage, check },
      made: checks.some((made) => made.stage === stage && made.name === check),
    })),
    roles,
    unfilled: unfilledRoles(roles, directory, release),
    unread: findUnreadEvidence(release.manifest, policy.stages),
  };
};

/** The intake checks this too, but a person may have left since, or the release may follow an earlier policy. */
const unfilledRoles = (roles: readonly string[], directory: DirectoryRecord, release: Makers): Controls['unfilled'] => {
  try {
    solveQuorum({ roles, directory, release });
    return [];
  } catch (cause) {
    if (!(cause instanceof Refusal && cause.code === 'QuorumImpossible')) throw cause;
    return cause.violations.map(({ field, problem }) => ({ role: field, problem }));
  }
};
