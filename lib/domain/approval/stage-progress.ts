import type { Instant } from '../identifiers.ts';
import { approvalStages, stageOfRole } from '../policy/approval-stages.ts';
import type { Approval, ApprovalRequest, Invitation, RequestStage } from '../records/approval.ts';
import { isOpened, stagesAt } from './asked-now.ts';
import { standingOf } from './standing.ts';
import { turnsOf } from './turns.ts';

export type StageProgress = {
  /** As the request keeps them from now on; absent if there are none. */
  readonly stages?: RequestStage[];
  /** As the event of the decision says it: the stage of the person, whether it is complete, and which it opened. */
  readonly stage?: { readonly name: string; readonly is_complete: boolean; readonly opens: string[] };
  /** Who is asked from now on, because their stage has been opened. */
  readonly asked: readonly Invitation[];
};

type Facts = Parameters<typeof standingOf>[0] & {
  readonly request: ApprovalRequest;
  readonly release: Parameters<typeof approvalStages>[1];
  readonly now: Instant;
};

/** Establishes how far a decision brings the stages of its request; `signed` has it in it. */
export const stageProgress = (facts: Facts, role: string, signed: readonly Approval[]): StageProgress => {
  const { policy, release, request, now } = facts;
  const ofPolicy = approvalStages(policy, release);
  if (ofPolicy === undefined) return { asked: [] };
  const turns = turnsOf(ofPolicy, standingOf(facts, signed));
  const { stages: before = [], invitations } = request;
  const stages = stagesAt(turns, before, now);
  const wasOpen = new Set(before.filter(isOpened).map(({ name }) => name));
  const opened = stages.filter((stage) => isOpened(stage) && !wasOpen.has(stage.name));
  const opens = opened.map(({ name }) => name);
  const own = stageOfRole(turns, role);
  return {
    stages,
    asked: invitations.filter((one) => stageOfRole(opened, one.role) !== undefined),
    ...(own && { stage: { name: own.name, is_complete: own.missingRoles.length === 0, opens } }),
  };
};
