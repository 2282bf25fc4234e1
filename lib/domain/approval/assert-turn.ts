import type { Instant } from '../identifiers.ts';
import { approvalStages } from '../policy/approval-stages.ts';
import type { Approval, Decision } from '../records/approval.ts';
import { Refusal } from '../refusal.ts';
import type { LinkPayload } from './link.ts';
import { standingOf } from './standing.ts';
import { turnsOf } from './turns.ts';

type Facts = Parameters<typeof standingOf>[0] & {
  /** The decisions that count. */
  readonly signed: readonly Approval[];
  readonly payload: LinkPayload;
  /** Undefined as long as nothing is decided yet. */
  readonly decision?: Decision | undefined;
  readonly now: Instant;
};

/**
 * Establishes that the stage of the role that a link names is open, so that a decision would be in turn now. Somebody may hold
 * a link of a later stage: that they were not sent one yet is no bar. A stage that has been opened stays so for those who decide
 * against the release, though an approval before it was taken back since: caution does not wait for anybody.
 */
export const assertTurn = ({ signed, payload, decision, now, ...facts }: Facts): void => {
  const stages = approvalStages(facts.policy, facts.release);
  if (stages === undefined) return;
  const asked = { approverId: payload.p, approverRole: payload.o, decision: 'approve', timestamp: now };
  const before = decision === 'approve' ? standingOf(facts, signed) : signed;
  const turns = turnsOf(stages, [...before, asked]);
  const index = turns.findIndex(({ early }) => early.includes(asked));
  const own = turns[index];
  if (own === undefined) return;
  throw new Refusal(
    'StageNotOpen',
    `Request is pending in an earlier stage, not yet in ${own.name}`,
    turns
      .slice(0, index)
      .flatMap(({ name, missingRoles }) =>
        missingRoles.map((role) => ({ field: 'stage', problem: `stage ${name} waits for ${role}` })),
      ),
  );
};
