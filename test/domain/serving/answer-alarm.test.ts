/** A message is about one release (RB-8): each case is an alarm that must not take the wrong one back. */
import { describe, expect, it } from 'vitest';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { type Instant, ModelName, ReleaseId } from '../../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { answerId } from '../../../lib/domain/records/answered-alarm.ts';
import type { ServingPointer } from '../../../lib/domain/records/pointer.ts';
import { rollbackId } from '../../../lib/domain/records/rollback.ts';
import { strategyMs } from '../../../lib/domain/release/deployment-strategy.ts';
import { type Alarm, answerAlarm } from '../../../lib/domain/serving/answer-alarm.ts';
import { refuseRollback, rollBack } from '../../../lib/domain/serving/rollback-steps.ts';
import { aStrategy, gradually } from '../../support/a-strategy.ts';
import { NOW } from '../../support/approval-case.ts';
import { tickingClock } from '../../support/intake.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalCodeOf } from '../../support/refusals.ts';
import { aPointer, deployed, inProduction, MODEL, policy, superseded } from '../../support/release-life.ts';

const FLIP = NOW;
const minute = (count: number): Instant => plusMilliseconds(FLIP, count * 60_000);
const alarm = (changes: Partial<Alarm> = {}): Alarm => ({
  alarmId: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:assay/mortgage/errors',
  alarmState: 'ALARM',
  changedAt: minute(1),
  modelName: ModelName.parse(MODEL),
  reason: 'alarm errors: above the threshold',
  ...changes,
});

const serving = (pointer: Partial<ServingPointer> = {}) => {
  const store = memoryReleaseStore();
  store.seed(inProduction, superseded, aPointer({ since: FLIP, ...pointer }));
  const now = tickingClock(minute(2));
  return {
    store,
    hear: (changes: Partial<Alarm> = {}) => answerAlarm(alarm(changes), store, now),
    events: async () => (await store.events(MODEL)).map(({ event }) => event),
    types: async () => (await store.events(MODEL)).map(({ event }) => event.event_type),
    rollback: () => requireFound(store.get('rollback', rollbackId(MODEL, 2)), 'the rollback'),
    told: () =>
      store.outbox.flatMap(({ intent }) =>
        intent.kind === 'publish_event' && intent.detailType === 'Rollback Waits' ? [JSON.parse(intent.detail)] : [],
      ),
    executions: () => store.outbox.filter(({ intent }) => intent.kind === 'start_execution').length,
  };
};

describe('an alarm about what serves', () => {
  it('asks for a rollback, and its answer is kept', async () => {
    const scene = serving();

    expect(await scene.hear()).toEqual({ outcome: 'requested', rollbackId: rollbackId(MODEL, 2) });

    expect(await scene.rollback()).toMatchObject({ status: 'requested', actorRole: 'alarm', reason: alarm().reason });
    expect(
      await scene.store.get('answered_alarm', answerId({ ...alarm(), epoch: 2, answer: 'requested' })),
    ).toMatchObject({
      releaseId: inProduction.releaseId,
      changedAt: minute(1),
      answer: 'requested',
    });
  });

  it('asks though a strategy keeps the endpoint busy, which is on record and told to those on call (RB-3)', async () => {
    const scene = serving();
    const next = { ...gradually(deployed), releaseId: ReleaseId.parse('next'), updatedAt: FLIP };
    scene.store.seed(next);
    const waits = { waits_for: 'next', waits_until: plusMilliseconds(FLIP, strategyMs(next)) };

    expect(await scene.hear()).toMatchObject({ outcome: 'requested' });

    const [event] = await scene.events();
    expect(event?.details).toMatchObject({ ...waits, alarms: aStrategy().alarms, from: inProduction.releaseId });
    expect(scene.told()).toEqual([
      {
        ...{ modelName: MODEL, releaseId: inProduction.releaseId, orderedBy: 'An alarm' },
        ...{ waitsFor: waits.waits_for, waitsUntil: waits.waits_until },
        endsSooner: 'An alarm of that strategy ends it at once.',
      },
    ]);
  });

  it('promises no alarm to those on call that the strategy has not', async () => {
    const scene = serving();
    const next = {
      ...gradually(deployed, aStrategy({ alarms: [] })),
      releaseId: ReleaseId.parse('next'),
      updatedAt: FLIP,
    };
    scene.store.seed(next);

    await scene.hear();

    expect(scene.told()).toMatchObject([{ endsSooner: 'That strategy has no alarm that would end it sooner.' }]);
  });

  it('asks though nobody can say what keeps the endpoint busy', async () => {
    const scene = serving();
    scene.store.releasePage = () => Promise.reject(new Error('throttled'));

    expect(await scene.hear()).toMatchObject({ outcome: 'requested' });
    expect((await scene.events())[0]?.details).not.toHaveProperty('waits_for');
    expect(scene.told()).toEqual([]);
  });

  it('asks once, with four others at once and when it is delivered again', async () => {
    const scene = serving();

    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((alarmId) => scene.hear({ alarmId })));
    const again = await scene.hear({ alarmId: 'a' });

    expect(answers.filter(({ outcome }) => outcome === 'requested')).toHaveLength(1);
    expect(again).toEqual({ outcome: 'known', rollbackId: rollbackId(MODEL, 2) });
    expect(await scene.types()).toEqual(['rollback_requested']);
    expect(scene.executions()).toBe(1);
  });

  it('does not ask again when its rollback was refused, however often it goes on; another alarm may', async () => {
    const scene = serving();
    await scene.hear();
    await scene.store.commit(refuseRollback(await scene.rollback(), inProduction, []), minute(3));

    for (let count = 4; count < 9; count += 1) {
      expect(await scene.hear({ changedAt: minute(count) })).toMatchObject({ outcome: 'known' });
    }
    expect(await scene.types()).toEqual(['rollback_requested', 'rollback_refused']);
    expect(await scene.hear({ alarmId: 'latency', changedAt: minute(9) })).toMatchObject({ outcome: 'requested' });
  });

  it('is refused for a model that has nothing in production', async () => {
    const modelName = ModelName.parse('other');

    expect(await refusalCodeOf(() => serving().hear({ modelName }))).toBe('NotFound');
  });
});

describe('an alarm from before what serves (RB-8)', () => {
  it.each([
    ['from before the promotion', minute(-1)],
    ['of the very instant of the promotion', FLIP],
  ])('%s changes nothing, and is on record once', async (_, changedAt) => {
    const scene = serving();

    expect(await scene.hear({ changedAt })).toEqual({ outcome: 'out_of_date' });
    expect(await scene.hear({ changedAt })).toEqual({ outcome: 'out_of_date' });

    expect(scene.executions()).toBe(0);
    expect(await scene.store.get('rollback', rollbackId(MODEL, 2))).toBeUndefined();
    const [event, ...others] = await scene.events();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      event_type: 'rollback_refused',
      actor_role: 'alarm',
      reason: `the alarm went on at ${changedAt}; ${inProduction.releaseId} has been in production since ${FLIP}`,
      details: { asked_because: alarm().reason, epoch: 2 },
    });
  });

  it('that comes again after its own rollback changes nothing', async () => {
    const scene = serving();
    await scene.hear();
    const flipBack = {
      rollback: await scene.rollback(),
      failed: inProduction,
      fallback: superseded,
      fallbackPolicy: undefined,
      endpoint: undefined,
      formerHold: undefined,
    };
    const pointer = await requireFound(scene.store.get('pointer', MODEL), MODEL);
    await scene.store.commit(rollBack({ ...flipBack, pointer, now: minute(3) }), minute(3));

    expect(await scene.hear()).toEqual({ outcome: 'out_of_date' });
    expect(await scene.hear()).toEqual({ outcome: 'out_of_date' });

    expect(await scene.store.get('pointer', MODEL)).toMatchObject({ epoch: 3, releaseId: superseded.releaseId });
    expect(await scene.types()).toEqual(['rollback_requested', 'rollback_executed', 'rollback_refused']);
  });

  it('does not silence the same alarm about what serves', async () => {
    const scene = serving();
    await scene.hear({ changedAt: minute(-1) });

    expect(await scene.hear()).toMatchObject({ outcome: 'requested' });
    expect(await scene.types()).toEqual(['rollback_refused', 'rollback_requested']);
  });

  it('is judged again when the promotion comes while it is being answered', async () => {
    const scene = serving({ since: minute(-60) });
    scene.store.beforeNextCommit(async () => {
      scene.store.seed(aPointer({ epoch: 3, version: 3, since: minute(2) }));
    });

    expect(await scene.hear()).toEqual({ outcome: 'out_of_date' });
    expect(scene.executions()).toBe(0);
  });
});

describe('an alarm that flaps where there is no fallback (RB-8)', () => {
  it('is refused on record once', async () => {
    const scene = serving({ fallbackReleaseId: '' });

    for (let count = 3; count < 9; count += 1) {
      expect(await scene.hear({ changedAt: minute(count) })).toEqual({ outcome: 'refused' });
    }

    expect(await scene.types()).toEqual(['rollback_refused']);
    expect(scene.executions()).toBe(0);
  });

  it('is refused on record again once something else serves', async () => {
    const scene = serving({ fallbackReleaseId: '' });
    await scene.hear();
    scene.store.seed(aPointer({ epoch: 3, version: 3, since: minute(2), fallbackReleaseId: '' }));

    expect(await scene.hear({ changedAt: minute(3) })).toEqual({ outcome: 'refused' });
    expect(await scene.types()).toEqual(['rollback_refused', 'rollback_refused']);
  });
});

describe('an alarm where there is no fallback, and the policy of what serves lets it delete the endpoint (RB-9)', () => {
  const served = (may: boolean) => {
    const scene = serving({ fallbackReleaseId: '' });
    const ruled = { ...policy, alarm_may_roll_back_to_nothing: may };
    const digest = policySha256(ruled);
    const kept = { entity: 'policy', version: 1, policySha256: digest, policy: ruled, firstSeenAt: NOW } as const;
    scene.store.seed(kept, { ...inProduction, policySha256: digest });
    return scene;
  };

  it('asks for a rollback to nothing', async () => {
    const scene = served(true);

    expect(await scene.hear()).toMatchObject({ outcome: 'requested' });

    expect(await scene.rollback()).toMatchObject({ status: 'requested', toReleaseId: '' });
    expect(await scene.events()).toMatchObject([{ event_type: 'rollback_requested', details: { to: '' } }]);
  });

  it('asks for nothing if the alarm is about an earlier release, or the policy says no', async () => {
    expect(await served(true).hear({ changedAt: minute(-1) })).toEqual({ outcome: 'out_of_date' });
    expect(await served(false).hear()).toEqual({ outcome: 'refused' });
  });
});

it('an alarm goes back to the fallback where there is one, whatever the policy says', async () => {
  const scene = serving();

  await scene.hear();

  expect(await scene.rollback()).toMatchObject({ toReleaseId: superseded.releaseId });
});
