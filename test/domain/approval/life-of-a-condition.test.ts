/** A condition is open, met or overdue; one that is overdue suspends the approval until it is met. */
import { beforeEach, describe, expect, it } from 'vitest';
import { suspendIfOverdue } from '../../../lambdas/dispatch-outbox/intents/suspend-approval.ts';
import { meetCondition } from '../../../lib/domain/approval/meet-condition.ts';
import { dueSuspensions } from '../../../lib/domain/approval/suspend.ts';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { Approval } from '../../../lib/domain/records/approval.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { withinRights } from '../../../lib/rights/within-rights.ts';
import { at, NOW } from '../../support/approval-case.ts';
import { aCondition, aSuspension, DUE } from '../../support/conditions.ts';
import { type MemoryReleaseStore, memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalOf } from '../../support/refusals.ts';
import { anApprovalOf, approved, MODEL } from '../../support/release-life.ts';

const { releaseId } = approved;
const LATER = aCondition({ text: 'Measure it again.', owner_id: 'tom' });

let store: MemoryReleaseStore;
let clock: Instant;
const now = () => clock;
const begin = (changes: Partial<Release> = {}, ...approvals: readonly Approval[]): void => {
  store = memoryReleaseStore();
  clock = NOW;
  const given = anApprovalOf('ada', 'ml_lead', { conditions: [aCondition(), LATER] });
  store.seed({ ...approved, ...changes }, given, anApprovalOf('grace', 'risk_owner'), ...approvals);
};
const meet = (id: string, conditionId = 'ada-1') =>
  meetCondition({ releaseId, conditionId, actor: { id, auth: 'jwt' }, reason: 'it is in the card' }, store, now);
const sweep = (conditionId = 'ada-1') =>
  suspendIfOverdue(
    { kind: 'suspend_approval', releaseId, conditionId },
    { store: withinRights('DispatchOutbox', store), now },
  );
const events = async () => (await store.events(MODEL)).map(({ event }) => event);
const types = async () => (await events()).map(({ event_type: type }) => type);
const suspensions = () => store.list('suspension', releaseId);
const release = () => store.get('release', releaseId);

beforeEach(() => begin());

describe('a condition that is met in time (AP-8)', () => {
  it('is on record by whom and how, and suspends nothing afterwards', async () => {
    const { condition, outcome } = await meet('grace');

    expect(outcome).toBe('met');
    expect(condition).toMatchObject({ status: 'met', met: { metBy: 'grace', metAs: 'owner' } });
    expect(await events()).toMatchObject([
      {
        ...{ event_type: 'condition_met', actor_id: 'grace', actor_role: 'owner', reason: 'it is in the card' },
        details: { condition_id: 'ada-1', approver_id: 'ada', owner_id: 'grace', due_at: DUE },
      },
    ]);
    clock = at(DUE);
    await sweep();
    expect(await suspensions()).toEqual([]);
    expect(await types()).toEqual(['condition_met']);
  });

  it('is met once, whoever says so again', async () => {
    await meet('ada');

    expect(await meet('grace')).toMatchObject({
      outcome: 'known',
      condition: { met: { metBy: 'ada', metAs: 'approver' } },
    });
    expect(await types()).toEqual(['condition_met']);
  });

  it('is for its owner or its approver to meet, and for nobody else', async () => {
    for (const id of ['tom', 'rita', 'omar']) {
      expect(await refusalOf(() => meet(id))).toMatchObject({
        code: 'NotAuthorized',
        message: 'only grace, who is to meet it, or ada, who approved on it, may say that it is met',
      });
    }
    expect(await types()).toEqual([]);
  });

  it('is one of those of the release', async () => {
    expect(await refusalOf(() => meet('grace', 'ada-3'))).toMatchObject({ code: 'NotFound' });
    const claim = { releaseId: 'nothing', conditionId: 'ada-1', actor: { id: 'ada', auth: 'jwt' }, reason: 'x' };
    expect(await refusalOf(() => meetCondition(claim, store, now))).toMatchObject({ code: 'NotFound' });
  });
});

describe('a condition that is overdue', () => {
  it('suspends the approval: a row, an event, and everybody hears of it', async () => {
    clock = at(DUE);
    await sweep();

    const reason = `condition ada-1 was to be met by grace before ${DUE}, and is not`;
    expect(await suspensions()).toMatchObject([
      {
        kind: 'condition_overdue',
        releaseId,
        modelName: MODEL,
        causeId: 'ada-1',
        reason,
        since: DUE,
        status: 'in_force',
      },
    ]);
    expect(await release()).toMatchObject({ suspendedSince: DUE, state: 'approved', updatedAt: approved.updatedAt });
    expect(await events()).toMatchObject([
      { event_type: 'approval_suspended', actor_id: 'assay', approval_state: 'approved', reason },
    ]);
    expect(store.outbox.map(({ intent }) => intent)).toMatchObject([
      { kind: 'ship_event' },
      { kind: 'sync_registry', releaseId },
      { kind: 'publish_event', detailType: 'Approval Suspended' },
      { kind: 'notify_people', releaseId, outcome: 'suspended', occasion: '2026-12-14T225900.000Z' },
    ]);
  });

  it('does so once, however many sweeps look', async () => {
    clock = at(DUE);

    const sweeps = await Promise.allSettled([sweep(), sweep()]);
    await sweep();

    // The one that lost a race is tried again by the outbox.
    expect(sweeps.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await suspensions()).toHaveLength(1);
    expect(await types()).toEqual(['approval_suspended']);
  });

  it('suspends nothing before it is due', async () => {
    clock = plusMilliseconds(at(DUE), -1);
    await sweep();

    expect(await suspensions()).toEqual([]);
  });

  it.each(['validated', 'production', 'superseded'] as const)(
    'suspends one that is %s, and leaves it there',
    async (state) => {
      begin({ state });
      clock = at(DUE);
      await sweep();

      expect(await release()).toMatchObject({ state, suspendedSince: DUE });
    },
  );

  it.each(['draft', 'rejected', 'expired', 'rolled_back', 'retired'] as const)(
    'suspends nothing of one that is %s',
    async (state) => {
      begin({ state });
      clock = at(DUE);
      await sweep();

      expect(await suspensions()).toEqual([]);
    },
  );

  it('is lifted by who meets it late, in one transaction with that', async () => {
    await meet('tom', 'ada-2');
    clock = at(DUE);
    await sweep();
    clock = plusMilliseconds(at(DUE), 60_000);
    await meet('ada');

    expect(await suspensions()).toMatchObject([{ status: 'lifted', liftedAt: clock, liftedBy: 'ada' }]);
    expect(await release()).not.toHaveProperty('suspendedSince');
    expect((await events()).at(-1)).toMatchObject({
      ...{ event_type: 'approval_reinstated', actor_id: 'ada', actor_role: 'approver' },
      details: { condition_id: 'ada-1', suspended_since: DUE },
    });
    expect(store.outbox.slice(-2).map(({ intent }) => intent)).toMatchObject([
      { kind: 'sync_registry' },
      { kind: 'publish_event', detailType: 'Approval Reinstated' },
    ]);
  });

  it('is told of for each instant at which conditions are due: a later one suspends it again', async () => {
    const later = at('2026-12-20T22:59:00.000Z');
    const [ada] = await store.list('approval', releaseId);
    const conditions = [aCondition(), aCondition({ owner_id: 'tom' }), aCondition({ due_at: later })];
    store.seed({ ...(ada ?? expect.unreachable()), conditions });
    clock = at(DUE);
    await sweep('ada-1');
    await sweep('ada-2');
    clock = later;
    await sweep('ada-3');

    const told = store.outbox.flatMap(({ intent }) => (intent.kind === 'notify_people' ? [intent.occasion] : []));
    expect(told).toEqual(['2026-12-14T225900.000Z', '2026-12-14T225900.000Z', '2026-12-20T225900.000Z']);
  });

  it('is lifted for good only with the last of them', async () => {
    clock = at(DUE);
    await sweep('ada-1');
    await sweep('ada-2');
    await meet('grace');

    expect(await release()).toMatchObject({ suspendedSince: DUE });
    await meet('tom', 'ada-2');

    expect(await types()).toEqual(['approval_suspended', 'approval_suspended', 'condition_met', 'approval_reinstated']);
    expect(await release()).not.toHaveProperty('suspendedSince');
  });

  it('is lifted for good only when none is overdue any more, though no sweep has seen the other yet', async () => {
    clock = at(DUE);
    await sweep('ada-1');
    await meet('grace');

    expect(await release()).toMatchObject({ suspendedSince: DUE });
    expect(store.outbox.at(-1)?.intent).toMatchObject({ detailType: 'Condition Met' });
    await meet('tom', 'ada-2');

    expect(await release()).not.toHaveProperty('suspendedSince');
    expect(store.outbox.slice(-2).map(({ intent }) => intent)).toMatchObject([
      { kind: 'sync_registry' },
      { kind: 'publish_event', detailType: 'Approval Reinstated' },
    ]);
    expect(await types()).toEqual(['approval_suspended', 'condition_met', 'approval_reinstated']);
  });

  it('leaves what suspends it for another reason', async () => {
    store.seed(aSuspension({ kind: 'of_another_version', causeId: 'x' }), { ...approved, suspendedSince: NOW });
    clock = at(DUE);
    await sweep();
    await meet('grace');

    expect(await types()).toEqual(['approval_suspended', 'condition_met']);
    expect(await release()).toMatchObject({ suspendedSince: NOW });
  });

  it('is either met or suspends, if both happen at the same moment', async () => {
    await meet('tom', 'ada-2');
    clock = at(DUE);

    await Promise.allSettled([sweep(), meet('grace')]);
    await sweep();

    expect((await types()).at(-1)).toMatch(/^(condition_met|approval_reinstated)$/);
    expect((await suspensions()).filter(({ status }) => status !== 'lifted')).toEqual([]);
    expect(await release()).not.toHaveProperty('suspendedSince');
  });

  it('suspends again if the decision was made again, with another condition of that number', async () => {
    store.seed(aSuspension({ status: 'lifted' }));
    clock = at(DUE);
    await sweep();

    expect(await suspensions()).toMatchObject([{ status: 'in_force', since: DUE }]);
  });
});

it('a decision notes a look at each of its conditions, when it is due', () => {
  const given = anApprovalOf('ada', 'ml_lead', { conditions: [aCondition(), { ...LATER, due_at: NOW }] });

  expect(dueSuspensions(given)).toEqual([
    { intent: { kind: 'suspend_approval', releaseId: given.releaseId, conditionId: 'ada-1' }, dueAt: DUE },
    { intent: { kind: 'suspend_approval', releaseId: given.releaseId, conditionId: 'ada-2' }, dueAt: NOW },
  ]);
  expect(dueSuspensions(anApprovalOf('ada', 'ml_lead'))).toEqual([]);
});
