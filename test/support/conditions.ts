import { Condition, conditionsSha256, MetCondition } from '../../lib/domain/records/condition.ts';
import type { StandingCondition } from '../../lib/domain/records/standing-conditions.ts';
import { Suspension } from '../../lib/domain/records/suspension.ts';
import { MODEL, validated } from './release-life.ts';

export const DUE = '2026-12-14T22:59:00.000Z';

export const aCondition = (changes: object = {}): Condition =>
  Condition.parse({ text: 'Say in the card who must not be scored.', owner_id: 'grace', due_at: DUE, ...changes });

/** What grace has to meet, because ada approved on it. */
export const aStandingCondition = (changes: Partial<StandingCondition> = {}): StandingCondition => ({
  ...{ conditionId: 'ada-1', approverId: 'ada', approverRole: 'ml_lead', status: 'overdue', met: undefined },
  condition: aCondition(),
  ...changes,
});

export const aMetCondition = (changes: object = {}): MetCondition =>
  MetCondition.parse({
    ...{ entity: 'met_condition', version: 1, releaseId: validated.releaseId, conditionId: 'ada-1' },
    conditionSha256: conditionsSha256([aCondition()]),
    ...{ metBy: 'grace', metAs: 'owner', reason: 'the card says so', metAt: '2026-12-01T09:00:00.000Z' },
    ...changes,
  });

export const aSuspension = (changes: object = {}): Suspension =>
  Suspension.parse({
    ...{ entity: 'suspension', version: 1, releaseId: validated.releaseId, modelName: MODEL },
    ...{ kind: 'condition_overdue', causeId: 'ada-1', status: 'in_force', since: DUE },
    reason: 'condition ada-1 was not met',
    ...changes,
  });
