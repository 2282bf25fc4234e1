/** The stages of an approval in words. */
import { stageOfRole } from '../../domain/policy/approval-stages.ts';
import type { RequestStage } from '../../domain/records/approval.ts';
import { roleInSentence } from './wording.ts';

/** Such as `, for the technical stage`; empty where everybody decides at once. */
export const forTheStage = (stages: readonly RequestStage[] | undefined, role: string): string => {
  const stage = stageOfRole(stages, role);
  return stage === undefined ? '' : `, for the ${stage.name} stage`;
};

/** Such as `technical (ML lead); then deployment (risk owner)`: those that are not open yet come later. */
export const stagesInWords = (stages: readonly RequestStage[]): string =>
  stages
    .map(
      ({ name, roles, openedAt }) =>
        `${openedAt === undefined ? 'then ' : ''}${name} (${roles.map(roleInSentence).join(', ')})`,
    )
    .join('; ');
