import { describe, expect, it } from 'vitest';
import type { Hold } from '../../../lib/domain/records/hold.ts';
import { releaseHold } from '../../../lib/domain/serving/release-hold.ts';
import { NOW } from '../../support/approval-case.ts';
import { tickingClock } from '../../support/intake.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalOf } from '../../support/refusals.ts';
import { aHold, inProduction, MODEL } from '../../support/release-life.ts';

const held = (changes: Partial<Hold> = {}) => {
  const store = memoryReleaseStore();
  store.seed(aHold(changes), { ...inProduction, state: 'rolled_back' });
  const ask = (id = 'olga', linkedIncident = 'INC-7', names?: readonly string[]) => {
    const actor = { id, role: 'operator', auth: 'jwt' } as const;
    const claim = { modelName: MODEL, actor, reason: 'the cause was found', linkedIncident };
    return releaseHold(names === undefined ? claim : { ...claim, names }, store, tickingClock());
  };
  const events = async () => (await store.events(MODEL)).map(({ event }) => event);
  return { store, ask, events };
};

describe('a hold after a rollback (RB-7)', () => {
  it('is released by an operator, with the incident, on record', async () => {
    const { store, ask, events } = held();

    const hold = await ask();

    expect(hold).toMatchObject({
      status: 'released',
      consents: [{ operatorId: 'olga', reason: 'the cause was found', linkedIncident: 'INC-7' }],
      releasedAt: expect.any(String),
    });
    expect(await store.get('hold', MODEL)).toEqual(hold);
    expect(await events()).toMatchObject([
      {
        event_type: 'hold_released',
        release_id: inProduction.releaseId,
        approval_state: 'rolled_back',
        actor_id: 'olga',
        reason: 'the cause was found',
        linked_incident: 'INC-7',
        details: { rollback_id: aHold().rollbackId, operators: 1, operators_needed: 1 },
      },
    ]);
    expect(store.outbox.map(({ intent }) => (intent.kind === 'publish_event' ? intent.detailType : ''))).toContain(
      'Hold Released',
    );
  });

  it('is none of those of whom a former version stored a session of their role, as who asked or who consented', async () => {
    const [role, session] = ['arn:aws:iam::123456789012:role/ops', 'arn:aws:sts::123456789012:assumed-role/ops/monday'];
    const consents = [{ operatorId: session, reason: 'found', linkedIncident: 'INC-7', givenAt: NOW }];
    const consented = held({ operatorsNeeded: 2, consents });

    const refused = await refusalOf(() => held({ initiatedBy: session }).ask('olga', 'INC-7', ['olga', role]));

    expect(refused.code).toBe('SeparationOfDuties');
    expect(await consented.ask('olga', 'INC-7', ['olga', role])).toMatchObject({ status: 'held', consents });
  });

  it('at tier high is released by the second of two operators', async () => {
    const { store, ask, events } = held({ operatorsNeeded: 2 });

    expect(await ask('olga')).toMatchObject({ status: 'held', consents: [{ operatorId: 'olga' }] });
    expect(store.outbox.filter(({ intent }) => intent.kind === 'publish_event')).toEqual([]);
    expect(await ask('omar')).toMatchObject({
      status: 'released',
      consents: [{ operatorId: 'olga' }, { operatorId: 'omar' }],
    });

    expect((await events()).map(({ event_type, actor_id }) => `${event_type} ${actor_id}`)).toEqual([
      'hold_consented olga',
      'hold_released omar',
    ]);
  });

  it('at tier high is not released by one operator who says it twice, at once or later', async () => {
    const { store, ask, events } = held({ operatorsNeeded: 2 });

    await Promise.all([ask(), ask(), ask()]);
    await ask('olga', 'INC-8');

    expect(await store.get('hold', MODEL)).toMatchObject({ status: 'held', consents: [{ linkedIncident: 'INC-7' }] });
    expect(await events()).toHaveLength(1);
  });

  it('is not released by who asked for the rollback, and that is on record', async () => {
    const { store, ask, events } = held();

    expect(await refusalOf(() => ask('oscar'))).toMatchObject({ code: 'SeparationOfDuties' });

    expect(await store.get('hold', MODEL)).toEqual(aHold());
    expect(await events()).toMatchObject([
      { event_type: 'hold_consent_refused', actor_id: 'oscar', details: { operators: 0 } },
    ]);
  });

  it('is released once, whoever says so afterwards', async () => {
    const { store, ask } = held();
    const released = await ask();

    expect(await ask('omar')).toEqual(released);
    expect(await ask('oscar')).toEqual(released);
    expect(store.commits).toBe(1);
  });

  it('is judged again when another rollback holds the model meanwhile', async () => {
    const { store, ask } = held();
    const second = aHold({ version: 2, rollbackId: `rollback-${MODEL}-5`, initiatedBy: 'olga' });
    store.beforeNextCommit(async () => store.seed(second));

    expect(await refusalOf(() => ask('olga'))).toMatchObject({ code: 'SeparationOfDuties' });
    expect(await store.get('hold', MODEL)).toEqual(second);
  });

  it('is not there for a model that was never rolled back', async () => {
    const { store } = held();
    const claim = { modelName: 'other', actor: { id: 'olga', role: 'operator', auth: 'jwt' } };

    const refusal = await refusalOf(() =>
      releaseHold({ ...claim, reason: 'r', linkedIncident: 'i' }, store, tickingClock()),
    );

    expect(refusal.code).toBe('NotFound');
  });
});
