/** A release that people approve in two stages, one after the other or side by side. */
import { takeDecision } from '../../lib/domain/approval/take-decision.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { GovernancePolicy } from '../../lib/domain/policy/policy.ts';
import { type ApprovalCase, anApprovalCase, answerOf, aPolicy } from './approval-case.ts';
import { DECISION_KEY } from './decision-key.ts';

export const TECHNICAL = [{ id: 'metrics_hold', question: 'Do the metrics hold on data like those it will meet?' }];
export const DEPLOYMENT = [
  { id: 'monitoring_set_up', question: 'Is the monitoring set up?' },
  { id: 'rollback_reviewed', question: 'Have you reviewed the rollback procedure?' },
];

/** ML leads make the technical review; after them, or at the same time, risk owners that of the deployment. */
export const aStagedPolicy = (
  order = 'in_order',
  changes: object = {},
  deployment: readonly string[] = ['risk_owner'],
): GovernancePolicy => {
  const policy = structuredClone(aPolicy());
  const { medium } = policy.tiers;
  return GovernancePolicy.parse({
    ...policy,
    review_stages: {
      ...{ technical: ['ml_lead'], business: ['business_owner'], compliance: ['compliance_officer'] },
      deployment,
    },
    review_checklists: { technical: TECHNICAL, deployment: DEPLOYMENT },
    tiers: {
      ...policy.tiers,
      medium: { ...medium, roles: [], review_stages: ['technical', 'deployment'], review_order: order, ...changes },
    },
  });
};

export const aStagedCase = (options: Parameters<typeof anApprovalCase>[0] = {}): Promise<ApprovalCase> =>
  anApprovalCase({ policy: aStagedPolicy(), ...options });

/** The answers of a person of either stage. */
const ANSWERS = new Map([...TECHNICAL, ...DEPLOYMENT].map(({ id }) => [id, 'yes' as const]));

/** One person's complete decision by their link, as the page takes it. */
export const decideInStage = (scene: ApprovalCase, who: string, now: Instant, answered: object = {}) => {
  return takeDecision(stagedAnswer(scene, who, answered), {
    store: scene.store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => now,
  });
};

export const stagedAnswer = (scene: ApprovalCase, who: string, answered: object = {}) => {
  const role = scene.request.invitations.find(({ personId }) => personId === who)?.role;
  const own = role === 'risk_owner' ? DEPLOYMENT : TECHNICAL;
  const checklist = new Map([...ANSWERS].filter(([id]) => own.some((item) => item.id === id)));
  return answerOf(scene, who, { checklist, ...answered });
};
