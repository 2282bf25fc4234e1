/** Everybody who can be refused tries far more often than there are places: each attack ends at the bound of its kind. */

import { describe, expect, it } from 'vitest';
import { type PersonalAnswer, takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { type BoundName, REFUSAL_BOUNDS } from '../../../lib/domain/change/refusal-bounds.ts';
import { askPromotion } from '../../../lib/domain/gate/ask-promotion.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { adoptEndpoint } from '../../../lib/domain/serving/adopt-endpoint.ts';
import { answerAlarm } from '../../../lib/domain/serving/answer-alarm.ts';
import { askMove } from '../../../lib/domain/serving/ask-move.ts';
import { askRollback } from '../../../lib/domain/serving/ask-rollback.ts';
import { EndpointConfiguration } from '../../../lib/domain/serving/endpoint-shape.ts';
import { releaseHold } from '../../../lib/domain/serving/release-hold.ts';
import { refuseRollback } from '../../../lib/domain/serving/rollback-steps.ts';
import { type ApprovalCase, anApprovalCase, answerOf, at, digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { aClaim, anIntake } from '../../support/intake.ts';
import { allRefusals } from '../../support/listed.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import {
  aHold,
  anEndpoint,
  aPointer,
  approved,
  inProduction,
  keptPolicy,
  MODEL,
  superseded,
} from '../../support/release-life.ts';

const ATTEMPTS = 200;
/** Of the holder of a link, for whom there are four places. */
const ANSWERS = 25;
const actor = { id: 'oscar', role: 'operator', auth: 'jwt' };
const claim = { modelName: MODEL, actor, reason: 'why not', linkedIncident: 'INC-1' };
/** All within a day. */
const now = () => NOW;

const flood = async (attempt: (each: number) => Promise<unknown>, attempts = ATTEMPTS): Promise<void> => {
  for (let each = 0; each < attempts; each += 1) await attempt(each).catch(() => undefined);
};
const inStore = (...entities: Parameters<ReturnType<typeof memoryReleaseStore>['seed']>) => {
  const store = memoryReleaseStore();
  store.seed(keptPolicy, inProduction, superseded, aPointer(), anEndpoint(), ...entities);
  return store;
};
const places = (bound: BoundName): number => REFUSAL_BOUNDS[bound].places;

const take = (scene: ApprovalCase, given: PersonalAnswer, when = at('2026-11-21T10:00:00.000Z')) =>
  takeDecision(given, {
    store: scene.store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => when,
  });

describe('the holder of one link', () => {
  it('writes nothing with forms that are not complete', async () => {
    const scene = await anApprovalCase();
    const before = scene.store.commits;

    await flood((each) => take(scene, answerOf(scene, 'ada', { typedConfirmation: `attempt ${each}` })), ANSWERS);

    expect(scene.store.commits).toBe(before);
  });

  it('writes a refusal once for each reason', async () => {
    const scene = await anApprovalCase();
    const given = answerOf(scene, 'ada');
    const before = scene.store.commits;

    await flood(
      (each) =>
        each % 2 === 0
          ? take(scene, { ...given, payload: { ...given.payload, d: digestOf(String(each)).slice(0, 16) } })
          : take(scene, { ...given, payload: { ...given.payload, n: `made-up-nonce-${each}` } }),
      ANSWERS,
    );

    expect(scene.store.commits - before).toBe(2);
    expect(places('decision')).toBeGreaterThanOrEqual(2);
  });

  it.each(['approved', 'rejected', 'expired'])('writes nothing to a request that is %s', async (status) => {
    const scene = await anApprovalCase();
    scene.store.seed({ ...scene.request, status });
    const before = scene.store.commits;

    await flood(
      (each) =>
        take(scene, {
          ...answerOf(scene, 'ada'),
          payload: { ...answerOf(scene, 'ada').payload, n: `made-up-nonce-${each}` },
        }),
      ANSWERS,
    );

    expect(scene.store.commits).toBe(before);
  });

  it('writes nothing after the deadline, or when the release has moved on', async () => {
    const scene = await anApprovalCase();
    const before = scene.store.commits;

    await flood(() => take(scene, answerOf(scene, 'ada'), scene.request.expiresAt), ANSWERS);
    scene.store.seed({ ...scene.release, state: 'rejected' });
    await flood(() => take(scene, answerOf(scene, 'ada')), ANSWERS);

    expect(scene.store.commits).toBe(before);
  });
});

describe('who submits', () => {
  it.each([
    ['by the bus', 'intake_of_door', { door: 'event_bus' }],
    ['as model packages', 'intake_of_door', { door: 'model_registry' }],
    ['as a caller of the API', 'intake_of_caller', { door: 'http_api', actor: { ...actor, role: 'releaser' } }],
  ] as const)('%s has as many refusals on record as there are places', async (_, bound, rest) => {
    const intake = anIntake({ now });
    const before = intake.store.commits;

    await flood((each) => requestRelease(aClaim({ git_commit: `${each}` }, rest), intake), 220);

    expect(intake.store.commits - before).toBe(places(bound));
    expect(await allRefusals(intake.store)).toHaveLength(places(bound));
  });

  it('is told all faults beyond that too', async () => {
    const intake = anIntake({ now });
    await flood((each) => requestRelease(aClaim({ git_commit: `${each}` }), intake), 220);

    expect(await requestRelease(aClaim({ git_commit: 'one more' }), intake)).toMatchObject({
      outcome: 'refused',
      refusal: { faults: [{ field: 'git_commit' }] },
    });
  });
});

describe('an operator', () => {
  it('has as many refused rollbacks, moves, adoptions and consents on record as there are places', async () => {
    const store = inStore(aHold({ initiatedBy: actor.id }));
    store.seed(aPointer({ fallbackReleaseId: '' }));
    await flood(() => askRollback(claim, store, now));
    expect(store.commits).toBe(1);

    await flood(() => releaseHold(claim, store, now));
    expect(store.commits).toBe(2);

    store.seed({ ...inProduction, releaseId: 'another' as Release['releaseId'], modelName: 'another' as never });
    await flood((each) =>
      askMove({ ...claim, modelName: MODEL, endpointName: each % 2 ? 'Mortgage' : 'mortgage' }, store, now),
    );
    expect(store.commits).toBe(4);
  });

  it('moves to as many endpoints of others as there are places', async () => {
    const others = Array.from({ length: ATTEMPTS }, (_, each) => ({
      ...anEndpoint(),
      endpointId: `other-${each}`,
      endpointName: `other-${each}`,
      modelName: 'another' as never,
    }));
    const store = inStore(...others);

    await flood((each) => askMove({ ...claim, endpointName: `other-${each}` }, store, now));

    expect(store.commits).toBe(places('move'));
  });

  it('adopts as many endpoints in vain as there are places', async () => {
    const store = inStore();
    const findShape = async (endpointName: string) => ({
      endpointName,
      serves: 'by-hand',
      headsFor: 'another',
      condition: 'in_service' as const,
      createdAt: NOW,
      configuration: EndpointConfiguration.parse({ ProductionVariants: [{ VariantName: 'blue' }] }),
    });

    await flood((each) =>
      adoptEndpoint(
        { ...claim, modelName: inProduction.modelName, endpointName: `e-${each}` },
        { store, findShape, now },
      ),
    );

    expect(store.commits).toBe(places('adoption'));
  });

  it('starts as many promotions that are denied as there are places', async () => {
    const store = inStore();
    const reasons = [{ rule: 'deployment', evidence: '', explanation: 'no capacity' }];

    await flood(async () => {
      store.seed({ ...approved, reasons });
      await askPromotion({ ...claim, releaseId: approved.releaseId }, store, now);
    }, 20);

    expect(store.commits).toBe(places('promotion'));
  });

  it('asks for the first rollback without a bound, and again as often as there are places', async () => {
    const store = inStore();
    let requested = 0;

    await flood(async () => {
      const { rollback, outcome } = await askRollback(claim, store, now);
      if (outcome === 'requested') requested += 1;
      await store.commit(refuseRollback(rollback, inProduction, []), NOW);
    }, 40);

    expect(requested).toBe(1 + places('rollback_again'));
  });
});

describe('anybody who may set alarms', () => {
  it('has as many refusals on record as there are places, and as many answers', async () => {
    const store = inStore(aPointer({ fallbackReleaseId: '', since: NOW }));

    await flood((each) =>
      answerAlarm(
        {
          alarmId: `alarm-${each}`,
          alarmState: 'ALARM',
          changedAt: at('2026-11-21T10:00:00.000Z'),
          modelName: inProduction.modelName,
          reason: 'made up',
        },
        store,
        now,
      ),
    );

    expect(store.commits).toBe(places('rollback_of_alarm'));
  });
});
