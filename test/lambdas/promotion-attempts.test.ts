/** Only one execution at a time acts for a release on its way into production, whatever else is still running. */
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OUTBOX_SHARDS } from '../../lib/adapters/dynamodb-keys.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { requestPromotion } from '../../lib/domain/gate/ask-promotion.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { ASSAY } from '../../lib/domain/release/release-event.ts';
import { clientConfig } from '../../local/clients.ts';
import { role } from '../local/support/emulator.ts';
import { at, NOW } from '../support/approval-case.ts';
import { type Product, startProduct } from '../support/product.ts';
import {
  aMove,
  aPointer,
  approved,
  approvedRequest,
  aRollback,
  deployed,
  inProduction,
  releaseId,
} from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';
import { standApproved } from '../support/stand-approved.ts';

const FUTURE = at('2099-01-01T00:00:00.000Z');
const reasons = [{ rule: 'deployment', evidence: '', explanation: 'no capacity' }];

let product: Product;
beforeAll(async () => {
  product = await startProduct('attempts');
});
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
  const { release: mine, rows } = await standApproved(product, { ...release, ...own, ...changes });
  const writes = [mine, ...rows].map((entity: Entity) => ({ kind: 'create' as const, entity }));
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

describe('a fault of an execution', () => {
  it.each([
    ['of a promotion that has deployed leads to the endpoint', deployed, false, 'restore'],
    ['leads there also if the approval has expired', { ...deployed, state: 'expired' }, false, 'restore'],
    ['leads there once', deployed, true, 'recorded'],
    ['of a former definition ends it', deployed, undefined, 'recorded'],
    ['ends one that has deployed nothing', approved, false, 'recorded'],
    ['ends one that has flipped the pointer', inProduction, false, 'recorded'],
  ])('%s', async (_, station, faulted, outcome) => {
    const release = await seeded(station, { promotionAttempt: 2 });
    const event = { releaseId: release.releaseId, attempt: 2, error: 'States.Timeout', faulted };

    for (let time = 0; time < 2; time += 1) expect(await product.invoke('record-fault', event)).toEqual({ outcome });

    expect((await eventsOf())[0]).toMatchObject({ event_type: 'release_faulted', reason: 'States.Timeout' });
  });

  it.each([
    ['leads to the endpoint', 'requested', false, 'restore', ['rollback_refused']],
    ['leads there if it comes after the refusal', 'refused', false, 'restore', []],
    ['leads there once, and says that nobody could look', 'refused', true, 'recorded', ['endpoint_not_restored']],
    ['ends one that has flipped the pointer', 'executed', false, 'recorded', []],
  ])('of a rollback %s', async (_, status, faulted, outcome, recorded) => {
    const release = await seeded(inProduction);
    const pointer = aPointer({ version: 0, modelName: model, releaseId: release.releaseId });
    const rollback = aRollback({
      version: 0,
      rollbackId: `rollback-${model}-2`,
      modelName: model,
      fromReleaseId: release.releaseId,
      status,
    });
    const writes = [pointer, rollback].map((entity) => ({ kind: 'create' as const, entity }));
    await product.store.commit(aChange('seeded', writes), NOW);
    const event = { rollbackId: rollback.rollbackId, error: 'States.Timeout', faulted };

    for (let time = 0; time < 2; time += 1) expect(await product.invoke('record-fault', event)).toEqual({ outcome });

    expect((await eventsOf()).map(({ event_type: type }) => type)).toEqual(recorded);
    if (faulted) expect(await product.invoke('restore-endpoint', event)).toEqual({ outcome: 'impossible' });
  });

  it.each([
    ['leads to the new endpoint', 'requested', false, 'refused', 'endpoint_move_refused'],
    ['leads there once', 'refused', true, 'recorded', 'endpoint_move_faulted'],
    ['ends one that has flipped the pointer', 'moved', false, 'recorded', 'endpoint_move_faulted'],
  ])('of a move %s', async (_, status, faulted, outcome, recorded) => {
    const release = await seeded(inProduction);
    const move = aMove({ version: 0, modelName: model, releaseId: release.releaseId, status });
    await product.store.commit(aChange('seeded', [{ kind: 'create', entity: move }]), NOW);
    const event = { modelName: model, move: move.number, error: 'States.Timeout', faulted };

    for (let time = 0; time < 2; time += 1) expect(await product.invoke('record-fault', event)).toEqual({ outcome });

    expect((await eventsOf())[0]).toMatchObject({ event_type: recorded });
  });
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

describe('SettleExecution', () => {
  it('reads the execution and the release again, and records what somebody stopped (GT-2)', async () => {
    const sfn = new SFNClient(clientConfig(product.aws.awsEndpoint));
    const definition = JSON.stringify({
      ...{ StartAt: 'AwaitNobody', States: { AwaitNobody: { Type: 'Wait', Seconds: 3600, End: true } } },
    });
    const { stateMachineArn } = await sfn.send(
      new CreateStateMachineCommand({ name: `waits-${runs}`, definition, roleArn: role }),
    );
    const release = await seeded(approved, { promotionAttempt: 2 });
    const { releaseId: id } = release;
    const { executionArn = '' } = await sfn.send(
      new StartExecutionCommand({
        ...{ stateMachineArn, name: `${id}-2`, input: JSON.stringify({ releaseId: id, attempt: 2 }) },
      }),
    );
    const heard = () => product.invoke('settle-execution', { detail: { executionArn, status: 'ABORTED' } });
    // The message says so, and Step Functions does not yet.
    await expect(heard()).rejects.toThrow('does not say yet how');

    await sfn.send(new StopExecutionCommand({ executionArn }));

    expect([await heard(), await heard()]).toEqual([{ recorded: ['release_faulted'] }, { recorded: [] }]);
    expect(await current(release)).toMatchObject({ reasons: [{ rule: 'fault' }] });
    expect(await product.invoke('settle-execution', { detail: { executionArn: `${executionArn}-gone` } })).toEqual({
      recorded: [],
    });
  });
});
