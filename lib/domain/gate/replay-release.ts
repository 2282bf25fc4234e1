/** Judges past releases by a policy other than the one that they were decided under. */
import * as z from 'zod';
import { quorumOf } from '../approval/quorum.ts';
import { PersonId, RiskTier } from '../identifiers.ts';
import type { CheckInPolicy, PolicyRecord } from '../policy/policy-record.ts';
import { type AssessedTier, assessManifest, requiredRoles } from '../policy/tier-override.ts';
import { RiskFacts } from '../release/risk-facts.ts';
import { Word } from '../stored.ts';
import { judgeChecks } from './gate.ts';

/** The part of a response of `GET /v1/releases/{id}` that a replay needs. The API may return more. */
export const PastRelease = z.object({
  release: z.object({
    release_id: z.string(),
    model_name: z.string(),
    risk_tier: RiskTier,
    declared_risk_tier: RiskTier,
    risk_facts: RiskFacts.optional(),
    risk_tier_override: z.object({ reason: z.string() }).optional(),
    reasons: z.array(z.object({ rule: z.string() })).default([]),
  }),
  checks: z.array(
    z.object({
      stage: z.string(),
      name: z.string(),
      status: Word,
      measured: z.string(),
      threshold: z.string(),
      explanation: z.string(),
    }),
  ),
  approvals: z.array(
    z.object({ approver_id: PersonId, approver_role: Word, acting_for: PersonId.optional(), decision: Word }),
  ),
  events: z.array(z.object({ event_type: z.string(), approval_state: z.string() })),
});
export type PastRelease = z.infer<typeof PastRelease>;
type PastCheck = PastRelease['checks'][number];

type Verdict = 'allowed' | 'denied' | 'undecided';
export type Replay = {
  readonly releaseId: string;
  readonly verdictThen: Verdict;
  readonly verdictNow: Verdict;
  /** Whether the policy decides differently: at the gate, or about who must approve. */
  readonly isOtherwise: boolean;
  readonly tierThen: RiskTier;
  readonly tierNow: RiskTier;
  readonly why: readonly string[];
};

/**
 * Establishes what the policy decides on what was recorded. Checks are not run again: for a check with one limit, the
 * recorded measurement is compared with the new threshold; for every other check the recorded verdict stands.
 */
export const replayRelease = (policy: PolicyRecord, past: PastRelease): Replay => {
  const { release } = past;
  const assessed = assessManifest(policy, release);
  const { tier, rule } = assessed;
  const verdictThen = findFormerDecision(past);
  const facts = { releaseId: release.release_id, verdictThen, tierThen: release.risk_tier, tierNow: tier };
  const same = { ...facts, verdictNow: verdictThen, isOtherwise: false };
  if (verdictThen === 'undecided') return { ...same, why: ['it has not been decided yet'] };
  const foreign = foreignRules(past);
  if (foreign.length > 0) return { ...same, why: [`it was denied by ${foreign.join(', ')}, whatever the policy`] };
  const decision = judgeChecks(policy, judgeAgain(policy, past.checks), tier);
  const verdictNow = decision.outcome === 'allow' ? 'allowed' : 'denied';
  const missing = verdictNow === 'allowed' && wasApproved(past) ? missingRoles(rolesFor(policy, assessed), past) : [];
  return {
    ...facts,
    verdictNow,
    isOtherwise: verdictNow !== verdictThen || missing.length > 0,
    why: [
      ...(tier === release.risk_tier ? [] : [`its tier would be ${tier}${rule === undefined ? '' : `, by ${rule}`}`]),
      ...(decision.outcome === 'deny' ? decision.reasons.map((reason) => `${reason.rule}: ${reason.explanation}`) : []),
      ...(verdictNow === 'allowed' && verdictThen === 'denied'
        ? [`it would be put to ${rolesFor(policy, assessed).join(', ')}`]
        : []),
      ...missing.map((role) => `nobody approved it as ${role}`),
    ],
  };
};

/** Taken from the gate's own event, because what happened later may have other causes. */
const findFormerDecision = ({ events }: PastRelease): Verdict => {
  const judged = events.find(({ event_type }) => event_type === 'evaluation_completed');
  if (judged === undefined) return 'undecided';
  return judged.approval_state === 'rejected' ? 'denied' : 'allowed';
};

const wasApproved = ({ events }: PastRelease): boolean =>
  events.some(({ event_type }) => event_type === 'release_approved');

/** The rules that denied the release before any check ran: its artifact had another digest, for example. */
const foreignRules = (past: PastRelease): string[] => {
  if (findFormerDecision(past) !== 'denied' || past.checks.length > 0) return [];
  return past.release.reasons.map(({ rule }) => rule);
};

const rolesFor = (policy: PolicyRecord, { tier, override }: AssessedTier): string[] =>
  requiredRoles(policy, { riskTier: tier, tierOverride: override });

const missingRoles = (roles: readonly string[], { approvals }: PastRelease): readonly string[] =>
  quorumOf(
    roles,
    approvals.map(({ approver_id: approverId, approver_role: approverRole, acting_for: actingFor, decision }) => ({
      approverId,
      approverRole,
      actingFor,
      decision,
    })),
  ).missingRoles;

const judgeAgain = (policy: PolicyRecord, checks: readonly PastCheck[]) =>
  policy.stages.flatMap((stage) =>
    stage.checks.flatMap((used: CheckInPolicy) => {
      const found = checks.find((check) => check.stage === stage.name && check.name === used.name);
      if (found === undefined) return [];
      return [{ stage: stage.name, name: used.name, evidenceSha256: '', ...compareWithPolicy(used.parameters, found) }];
    }),
  );

const MEASURE = /^\d+(\.\d+)?$/;
const LIMIT = /^at (?<bound>most|least) (?<value>\d+(\.\d+)?)$/;

/**
 * The recorded measurement is rounded. If the limit has not changed, the recorded verdict is the exact one and stands.
 */
const compareWithPolicy = (parameters: Readonly<Record<string, unknown>>, check: PastCheck) => {
  const { status, measured, threshold, explanation } = check;
  const { bound, value } = LIMIT.exec(threshold)?.groups ?? {};
  const limit = Number(parameters[bound === 'most' ? 'maximum' : 'minimum'] ?? Number.NaN);
  const isComparable = (status === 'passed' || status === 'failed') && MEASURE.test(measured) && value !== undefined;
  if (!isComparable || Number.isNaN(limit) || limit === Number(value)) return { status, explanation };
  const isMet = bound === 'most' ? Number(measured) <= limit : Number(measured) >= limit;
  return {
    status: isMet ? ('passed' as const) : ('failed' as const),
    explanation: `measured ${measured}, the policy asks for at ${bound} ${limit}`,
  };
};
