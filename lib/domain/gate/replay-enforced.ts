/** What a gate would have done if every check had to pass (CO-7): policies begin by observing, and people want to know what comes. */
import { isEnforced } from '../checks/vocabulary.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { CheckRecord } from '../records/check-record.ts';
import type { Reason, Release } from '../release/release.ts';
import { judgeChecks } from './gate.ts';

export type Enforced = {
  /** Whether the verdicts that are kept would have stopped the release. */
  readonly isStopped: boolean;
  /** What would stop it beyond what its policy stops by itself. */
  readonly reasons: readonly Reason[];
  /** The checks that the policy only observes or warns about. */
  readonly notEnforced: readonly string[];
};

/** The policy with every check of it as one that must pass. Checks that people left out stay out. */
export const enforcing = (policy: PolicyRecord): PolicyRecord => ({
  ...policy,
  stages: policy.stages.map((stage) => ({
    ...stage,
    required: true,
    blocking: true,
    checks: stage.checks.map((check) => ({ ...check, mode: 'enforce' })),
  })),
});

/** Establishes what the kept verdicts would have led to. No check is run again. */
export const replayEnforced = (
  { riskTier }: Pick<Release, 'riskTier'>,
  policy: PolicyRecord,
  checks: readonly CheckRecord[],
): Enforced => {
  const [then, now] = [policy, enforcing(policy)].map((one) => judgeChecks(one, checks, riskTier)) as [Judged, Judged];
  const known = new Set(reasonsOf(then).map(({ rule }) => rule));
  return {
    isStopped: now.outcome === 'deny',
    reasons: reasonsOf(now).filter(({ rule }) => !known.has(rule)),
    notEnforced: policy.stages.flatMap(({ required, blocking, checks: used }) =>
      used.filter(({ mode }) => !(required && blocking && isEnforced(mode))).map(({ name }) => name),
    ),
  };
};

type Judged = ReturnType<typeof judgeChecks>;
const reasonsOf = (judged: Judged): readonly Reason[] => (judged.outcome === 'deny' ? judged.reasons : []);
