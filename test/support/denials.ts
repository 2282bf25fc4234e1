/** Denials of the content and of the version of the release that is asked about, and how a policy meets them. */
import { decisionReasons } from '../../lib/domain/approval/judge-decisions.ts';
import { readApproval } from '../../lib/domain/approval/read-approval.ts';
import { takeDecision } from '../../lib/domain/approval/take-decision.ts';
import { requestRelease } from '../../lib/domain/intake/request-release.ts';
import type { AfterDenialRule } from '../../lib/domain/policy/after-denial-rule.ts';
import { GovernancePolicy } from '../../lib/domain/policy/policy.ts';
import type { DecidedContent, DecidedVersion } from '../../lib/domain/records/former-decision.ts';
import { type ApprovalCase, answerOf, aPolicy, at, digestOf, NOW } from './approval-case.ts';
import { DECISION_KEY } from './decision-key.ts';
import { aClaim, anIntake } from './intake.ts';

export const TEN_PAST = at('2026-11-21T09:10:00.000Z');
export const TEN = at('2026-11-21T10:00:00.000Z');
export const ANSWER = { denial_answer: 'The groups were weighed again, and differ no more.' };

export const policyWith = (rule: AfterDenialRule | undefined) => {
  const policy = aPolicy();
  const { low, medium, high } = policy.tiers;
  return GovernancePolicy.parse({
    ...policy,
    tiers: { low, medium: { ...medium, ...(rule && { after_denial: rule }) }, high },
  });
};
const denial = {
  version: 1,
  releaseId: 'mortgage-former' as never,
  modelName: 'mortgage-approval' as never,
  modelVersion: '1.2.0',
  outcome: 'denied',
  decidedBy: 'katherine',
  role: 'ml_lead',
  reason: 'the groups differ',
  decidedAt: NOW,
};
export const ofContent = (changes: Partial<DecidedContent> = {}): DecidedContent => ({
  entity: 'decided_content',
  artifactSha256: digestOf('artifact'),
  ...denial,
  modelVersion: '1.1.0',
  ...changes,
});
export const ofVersion = (changes: Partial<DecidedVersion> = {}): DecidedVersion => ({
  entity: 'decided_version',
  ...denial,
  ...changes,
});

export const decide = (scene: ApprovalCase, who: string, answer: Parameters<typeof answerOf>[2] = {}) =>
  takeDecision(answerOf(scene, who, answer), {
    store: scene.store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => TEN,
  });
export const submit = async (rows: readonly (DecidedContent | DecidedVersion)[], rest: object) => {
  const { rule, ...changes } = rest as { rule: AfterDenialRule };
  const intake = anIntake({ policy: policyWith(rule) });
  intake.store.seed(...rows);
  const answer = await requestRelease(aClaim(changes), intake);
  return answer.outcome === 'refused' ? answer.refusal.code : answer.outcome;
};
/** Why the signer of records and the gate would not let it pass. */
export const reasonsOf = async ({ store, release, request }: ApprovalCase): Promise<string[]> => {
  const stored = { ...(await readApproval(store, release)), request };
  return decisionReasons({ release, ...stored, decisionKeyPem: DECISION_KEY.pem }).map(
    ({ explanation }) => explanation,
  );
};
