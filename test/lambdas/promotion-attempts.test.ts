/** Only one execution at a time acts for a release on its way into production, whatever else is still running. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OUTBOX_SHARDS } from '../../lib/adapters/dynamodb-keys.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { requestPromotion } from '../../lib/domain/gate/ask-promotion.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { ASSAY } from '../../lib/domain/release/release-event.ts';
import { at, NOW } from '../support/approval-case.ts';
import { type Product, startProduct } from '../support/product.ts';
import { approved, approvedRequest, deployed, inProduction, releaseId } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

const FUTURE = at('2099-01-01T00:00:00.000Z');
const reasons = [{ rule: 'deployment', evidence: '', explanation: 'no capacity' }];

let product: Product;
beforeAll(async () => {
  product = await startProduct('attempts');
}, 180_000);
afterAll(() => product.stop());

let runs = 0;
let model: Release['modelName'];
beforeEach(() => {
  runs += 1;
  model = `model-${runs}` as Release['modelName'];
});

const seeded = async (release: Release, changes: Partial<Release> = {}): Promise<Release> => {
  const manifest = { ...release.manifest, deployment: { ...release.manifest.deployment, endpoint_name: model } };
  const own = { version: 0, releaseId: releaseId(`r-${runs}`), modelName: model, manifest };
  const mine: Release = { ...release, ...own, ...changes };
  const writes = [mine].map((entity: Entity) => ({ kind: 'create' as const, entity }));
  await product.store.commit(aChange('seeded', writes), NOW);
  return { ...mine, version: 1 };
};
const eventsOf = async () => (await product.store.events(model)).map(({ event }) => event);
/** Carries out the first intents of the last change, which start executions, as the stream would. */
const dispatchLast = async (intents: number): Promise<void> => {
  const seq = (await eventsOf()).length;
  const keys = Array.from({ length: intents }, (_, index) => ({
    pk: { S: `OUTBOX#start_execution#${(seq + index + 1) % OUTBOX_SHARDS}` },
    sk: { S: `${model}#${String(seq).padStart(12, '0')}#${index + 1}` },
  }));
  await product.invoke('dispatch-outbox', { Records: keys.map((Keys) => ({ dynamodb: { Keys } })) });
};
const current = (release: Release) => product.store.get('release', release.releaseId);

describe('an execution that does not have the promotion in its hands', () => {
  const STEPS = [
    ['verify-promotion', 'deny'],
    ['deploy-endpoint', 'deny'],
    ['verify-endpoint', 'deny'],
    ['promote-release', 'deny'],
    ['restore-endpoint', 'settled'],
  ] as const;
  const STATIONS = {
    'is approved': approved,
    'is deployed': deployed,
    'was denied': { ...deployed, reasons },
    'is in production': inProduction,
  };
  const cases = Object.entries(STATIONS).flatMap(([station, release]) =>
    STEPS.flatMap(([lambda, outcome]) =>
      [undefined, 1, 3].map((attempt) => ({ station, release, lambda, outcome, attempt })),
    ),
  );

  it.each(cases)('does nothing in $lambda of a release that $station, as attempt $attempt', async (one) => {
    const release = await seeded(one.release, { promotionAttempt: 2, approvedUntil: FUTURE });

    const event = { releaseId: release.releaseId, attempt: one.attempt };
    expect(await product.invoke(one.lambda, event)).toEqual({ outcome: one.outcome });

    expect(await current(release)).toEqual(release);
    expect(await eventsOf()).toEqual([]);
  });

  it.each([undefined, 1])(
    'puts its fault on record, and the release stays on its way (attempt %s)',
    async (attempt) => {
      const release = await seeded(approved, { promotionAttempt: 2 });

      await product.invoke('record-fault', { releaseId: release.releaseId, attempt, error: 'States.Timeout' });

      expect(await current(release)).toEqual(release);
      expect(await eventsOf()).toMatchObject([{ event_type: 'release_faulted', reason: 'States.Timeout' }]);
    },
  );
});

describe('the execution that has it', () => {
  it.each([
    { of: { promotionAttempt: 2 }, attempt: 2 },
    { of: {}, attempt: undefined },
  ])('promotes as attempt $attempt', async ({ of, attempt }) => {
    const release = await seeded(deployed, { ...of, approvedUntil: FUTURE });

    const event = { releaseId: release.releaseId, attempt };
    expect(await product.invoke('promote-release', event)).toEqual({ outcome: 'promoted' });

    expect(await current(release)).toMatchObject({ state: 'production' });
  });

  it.each([
    { of: { promotionAttempt: 2 }, attempt: 2 },
    { of: {}, attempt: undefined },
  ])(
    'leaves the reason of its fault, so that it can be asked for again (attempt $attempt)',
    async ({ of, attempt }) => {
      const release = await seeded(approved, of);

      await product.invoke('record-fault', { releaseId: release.releaseId, attempt, error: 'States.Timeout' });

      expect(await current(release)).toMatchObject({ state: 'approved', reasons: [{ rule: 'fault' }] });
    },
  );
});

describe('a promotion intent', () => {
  it('that is carried out twice starts one execution', async () => {
    const release = await seeded(approved, { promotionAttempt: 1, reasons });
    const change = requestPromotion(release, { actor: ASSAY, reason: 'again' }, NOW);
    const [intent] = change.intents;
    if (intent === undefined) throw new Error('there is no intent');
    await product.store.commit({ ...change, intents: [intent, intent] }, NOW);

    await dispatchLast(2);

    expect(await product.attempts(release.releaseId)).toEqual([2]);
  });
});

describe('SignRecord of a release that is approved already', () => {
  it('starts its promotion if an earlier version has approved it, once', async () => {
    const release = await seeded(approved);

    for (let time = 0; time < 2; time += 1) {
      expect(await product.invoke('sign-record', release)).toEqual({ outcome: 'approved' });
    }
    await dispatchLast(1);

    expect(await current(release)).toMatchObject({ state: 'approved', promotionAttempt: 1 });
    expect(await eventsOf()).toMatchObject([{ event_type: 'promotion_requested', actor_id: 'assay' }]);
    expect(await product.attempts(release.releaseId)).toEqual([1]);
  });

  it.each([
    { why: 'has a promotion', release: { ...approved, promotionAttempt: 1 } },
    { why: 'is in production', release: inProduction },
    { why: 'has expired', release: { ...approved, state: 'expired' as const } },
  ])('starts none if it $why', async ({ release: seed }) => {
    const release = await seeded(seed, { approvalRequestId: approvedRequest.requestId });

    expect(await product.invoke('sign-record', release)).toEqual({ outcome: 'approved' });

    expect(await current(release)).toEqual(release);
    expect(await eventsOf()).toEqual([]);
  });
});
