import type { Instant } from '../identifiers.ts';
import type { Approval } from './approval.ts';
import { type Condition, conditionIdOf, conditionsSha256, type MetCondition } from './condition.ts';
import type { Suspension } from './suspension.ts';

/** What became of the conditions of an approval. Both change only with their release. */
export type Standing = {
  readonly met: readonly MetCondition[];
  readonly suspensions: readonly Suspension[];
};

export type StandingCondition = {
  readonly conditionId: string;
  readonly condition: Condition;
  readonly approverId: string;
  readonly approverRole: string;
  readonly status: 'open' | 'met' | 'overdue';
  readonly met: MetCondition | undefined;
};

type Given = Pick<Approval, 'approverId' | 'approverRole' | 'decision' | 'conditions'>;

/**
 * How each condition of these decisions stands at an instant. What is signed with a decision says which there are; a row says
 * of one that it was met, by its digest. So a condition that nothing is said of is open, and overdue once it is due.
 */
export const standingConditions = (
  approvals: readonly Given[],
  met: readonly MetCondition[],
  now: Instant,
): StandingCondition[] =>
  approvals
    .filter(({ decision }) => decision === 'approve')
    .flatMap(({ approverId, approverRole, conditions = [] }) =>
      conditions.map((condition, index) => {
        const conditionId = conditionIdOf(approverId, index);
        const said = met.find(
          (one) => one.conditionId === conditionId && one.conditionSha256 === conditionsSha256([condition]),
        );
        const unmet = now >= condition.due_at ? ('overdue' as const) : ('open' as const);
        const status = said === undefined ? unmet : ('met' as const);
        return { conditionId, condition, approverId, approverRole, status, met: said };
      }),
    );

/** Why an approval that was given on this condition is suspended. The text of the condition is in the decision. */
export const overdueReason = ({
  conditionId,
  condition,
}: Pick<StandingCondition, 'conditionId' | 'condition'>): string =>
  `condition ${conditionId} was to be met by ${condition.owner_id} before ${condition.due_at}, and is not`;
