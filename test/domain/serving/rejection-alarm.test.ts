import { describe, expect, it } from 'vitest';
import { answerAlarm } from '../../../lib/domain/serving/answer-alarm.ts';
import { alarmOfRejection } from '../../../lib/domain/serving/rejection-alarm.ts';
import { ARN, aRegistryCase } from '../../support/registry-case.ts';
import { aPointer, inProduction, superseded } from '../../support/release-life.ts';

const rejected = async (rules: object = { on_rejected_by_hand: 'roll_back' }) => {
  const made = aRegistryCase(inProduction, rules);
  made.store.seed(aPointer(), superseded);
  await made.sync();
  made.edit({ ModelApprovalStatus: 'Rejected' });
  await made.sync();
  return made;
};

describe('a package of what serves that was rejected by hand', () => {
  it('rolls back where the policy says so, once for all messages', async () => {
    const made = await rejected();
    const alarm = await alarmOfRejection(inProduction.releaseId, made.store);
    if (alarm === undefined) throw new Error('it raises no alarm');

    expect(alarm).toMatchObject({ alarmId: ARN, alarmState: 'REJECTED', modelName: inProduction.modelName });
    expect(await answerAlarm(alarm, made.store, made.now)).toMatchObject({ outcome: 'requested' });
    expect(await answerAlarm(alarm, made.store, made.now)).toMatchObject({ outcome: 'known' });
    expect((await made.events()).at(-1)).toMatchObject({
      event_type: 'rollback_requested',
      reason: expect.stringContaining('was rejected by hand by nora'),
    });
  });

  it.each([{}, { on_rejected_by_hand: 'close' }, { on_rejected_by_hand: 'of_another_version' }])(
    'only closes the gate otherwise: %o',
    async (rules) => {
      const made = await rejected(rules);

      expect(await alarmOfRejection(inProduction.releaseId, made.store)).toBeUndefined();
      expect(await made.release()).toHaveProperty('packageRejectedSince');
    },
  );

  it('raises none where it does not stand, or serves no more', async () => {
    const made = await rejected();
    const rejection = await made.rejection();
    if (rejection === undefined) throw new Error('nothing suspends it');
    made.store.seed({ ...rejection, version: 9, status: 'lifted' });
    expect(await alarmOfRejection(inProduction.releaseId, made.store)).toBeUndefined();

    const gone = await rejected();
    gone.store.seed({ ...aPointer(), version: 9, releaseId: superseded.releaseId });
    expect(await alarmOfRejection(inProduction.releaseId, gone.store)).toBeUndefined();
    expect(await alarmOfRejection('never-there', gone.store)).toBeUndefined();
    const never = aRegistryCase(inProduction, { on_rejected_by_hand: 'roll_back' });
    never.store.seed(aPointer());
    expect(await alarmOfRejection(inProduction.releaseId, never.store)).toBeUndefined();
  });
});
