import type { ReleaseStore } from '../change/release-store.ts';
import { rejectedByHandRule } from '../policy/registry-rules.ts';
import { isServing } from '../records/pointer.ts';
import { isSuspending, REJECTED_BY_HAND } from '../records/suspension.ts';
import type { Alarm } from './answer-alarm.ts';

/**
 * The alarm that a package rejected by hand raises about what serves, so that it is answered by the rules of any other: once for
 * each epoch of the pointer, and not if it is late. Undefined if the rejection does not stand, if its release does not serve, and if
 * the policy of the release only closes the gate.
 */
export const alarmOfRejection = async (
  releaseId: string,
  store: Pick<ReleaseStore, 'get'>,
): Promise<Alarm | undefined> => {
  const release = await store.get('release', releaseId);
  if (release === undefined) return undefined;
  const { modelName, policySha256, modelPackageArn: arn } = release;
  const [pointer, rejection, kept] = await Promise.all([
    store.get('pointer', modelName),
    store.get('suspension', release.releaseId, REJECTED_BY_HAND, REJECTED_BY_HAND),
    store.get('policy', policySha256),
  ]);
  const stands = rejection !== undefined && isSuspending(rejection);
  const serves = isServing(pointer) && pointer.releaseId === release.releaseId;
  if (arn === undefined || !stands || !serves || kept === undefined) return undefined;
  if (rejectedByHandRule(kept.policy) !== 'roll_back') return undefined;
  const alarm = { alarmId: arn, alarmState: 'REJECTED', changedAt: rejection.since };
  return { ...alarm, modelName, reason: rejection.reason };
};
