/** Whom a request asks by now: the people of the stages that are open. */
import type { Instant } from '../identifiers.ts';
import { stageOfRole } from '../policy/approval-stages.ts';
import type { ApprovalRequest, Invitation, RequestStage } from '../records/approval.ts';
import type { Turn } from './turns.ts';

type Staged = Pick<ApprovalRequest, 'stages' | 'invitations'>;

/** Establishes who has been asked, or is to be; those of a later stage are not until it is open. */
export const askedNow = (request: Staged): Invitation[] =>
  request.invitations.filter(({ role }) => isAskedNow(request, role));

/** The same of one role. One that belongs to no stage waits for none. */
export const isAskedNow = ({ stages }: Pick<ApprovalRequest, 'stages'>, role: string): boolean => {
  const stage = stageOfRole(stages, role);
  return stage === undefined || isOpened(stage);
};

export const isOpened = ({ openedAt }: RequestStage): boolean => openedAt !== undefined;

/** The stages of a request as they are stored: one that was opened stays so, and keeps the instant of it. */
export const stagesAt = (
  turns: readonly Turn<unknown>[],
  before: readonly RequestStage[],
  now: Instant,
): RequestStage[] =>
  turns.map(({ name, roles, isOpen }) => {
    const openedAt = before.find((stage) => stage.name === name)?.openedAt ?? (isOpen ? now : undefined);
    return { name, roles: [...roles], ...(openedAt && { openedAt }) };
  });
