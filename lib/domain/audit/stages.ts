/** The stages in which a release is approved, as events and records say them. */
import * as z from 'zod';
import { inTurn, type Stages, turnsOf } from '../approval/turns.ts';
import { stageOfRole } from '../policy/approval-stages.ts';
import type { Approved } from './history.ts';

const Said = z.object({
  stage_order: z.string(),
  stages: z.array(z.object({ name: z.string(), roles: z.array(z.string()) })),
});

/** The stages that are said; where that cannot be read, none is ever complete. Undefined if nothing is said of any. */
export const stagesIn = (details: Readonly<Record<string, unknown>>): Stages | undefined => {
  if (details['stages'] === undefined && details['stage_order'] === undefined) return undefined;
  const said = Said.safeParse(details).data;
  return said === undefined ? { order: '', stages: [] } : { order: said.stage_order, stages: said.stages };
};

export const areSameStages = (some: Stages | undefined, others: Stages | undefined): boolean =>
  JSON.stringify(some) === JSON.stringify(others);

/** Whether somebody decided before the stages before theirs were complete, by the approvals until then. */
export const isOutOfTurn = (stages: Stages, approved: readonly Approved[], decided: Approved): boolean => {
  const given = givenBy(decided);
  return stageOfRole(turnsOf(stages, [...approved.map(givenBy), given]), decided.role)?.early.includes(given) === true;
};

/** The approvals that were given in turn: all of them if there are no stages. */
export const approvedInTurn = (stages: Stages | undefined, approved: readonly Approved[]): readonly Approved[] => {
  const counted = new Set(inTurn(stages, approved.map(givenBy)).map(({ approverId }) => approverId));
  return approved.filter(({ approverId }) => counted.has(approverId));
};

const givenBy = ({ approverId, role, holder, timestamp }: Approved) => ({
  ...{ approverId, approverRole: role, actingFor: holder, timestamp },
  decision: 'approve',
});
