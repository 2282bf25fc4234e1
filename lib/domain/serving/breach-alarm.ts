import type { ReleaseStore } from '../change/release-store.ts';
import { ModelName } from '../identifiers.ts';
import { isServing } from '../records/pointer.ts';
import type { Alarm } from './answer-alarm.ts';

/**
 * The alarm that a significant breach raises about what serves, so that it is answered by the rules of any other: once for each
 * epoch of the pointer, and not if it measured what another release answered. Undefined if what monitors found is no reason to
 * take the release back.
 */
export const alarmOfBreach = async (model: string, store: Pick<ReleaseStore, 'get'>): Promise<Alarm | undefined> => {
  const { data: modelName } = ModelName.safeParse(model);
  if (modelName === undefined) return undefined;
  const [pointer, monitored] = await Promise.all([store.get('pointer', modelName), store.get('monitored', modelName)]);
  const breach = monitored?.breach;
  if (breach === undefined || !isServing(pointer) || pointer.releaseId !== monitored?.releaseId) return undefined;
  const alarm = { alarmId: breach.executionArn, alarmState: 'BREACHED', changedAt: breach.measuredFrom };
  return { ...alarm, modelName, reason: breach.reason };
};
