import { describe, expect, it } from 'vitest';
import { replayProblems } from '../../../lib/domain/audit/replay-events.ts';
import { legalHoldIsLiftedByTwo } from '../../../lib/domain/audit/rules/legal-hold-is-lifted-by-two.ts';
import { liftLegalHold, setLegalHold } from '../../../lib/domain/change/legal-hold.ts';
import { ModelName } from '../../../lib/domain/identifiers.ts';
import { eventKey } from '../../../lib/domain/ledger/event.ts';
import { LEGAL_HOLDS_MAX } from '../../../lib/domain/records/legal-hold.ts';
import { tickingClock } from '../../support/intake.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalCodeOf } from '../../support/refusals.ts';
import { inProduction, MODEL } from '../../support/release-life.ts';

/** A person whose id was another one before. */
const ROLE = 'arn:aws:iam::123456789012:role/audit';
const SESSION = 'arn:aws:sts::123456789012:assumed-role/audit/monday';
const ALSO: Readonly<Record<string, readonly string[]>> = { 'ada.new': ['ada'], ines: [ROLE] };

const aModel = () => {
  const store = memoryReleaseStore();
  store.seed(inProduction);
  const now = tickingClock();
  const claim = (id: string, matter = 'CASE-1', modelName: string = MODEL) => ({
    modelName: ModelName.parse(modelName),
    matter,
    actor: { id, role: 'auditor', auth: 'jwt' },
    names: [id, ...(ALSO[id] ?? [])],
    reason: 'the court asks',
  });
  return {
    store,
    set: (id: string, matter?: string, model?: string) => setLegalHold(claim(id, matter, model), store, now),
    lift: (id: string, matter?: string) => liftLegalHold(claim(id, matter), store, now),
    events: async () => (await store.events(MODEL)).map(({ event }) => event),
    published: () => store.outbox.flatMap(({ intent }) => (intent.kind === 'publish_event' ? [intent.detailType] : [])),
  };
};

describe('a legal hold (AU-6)', () => {
  it('is not lifted by one person twice, by an id that the directory gave them since', async () => {
    const { set, lift } = aModel();
    await set('bob');

    await lift('ada');

    expect(await lift('ada.new')).toMatchObject({ status: 'set', lifting: [{ by: 'ada' }] });
    expect(await lift('bob')).toMatchObject({ status: 'lifted' });
  });

  it('is not lifted by one person twice, of whom a former version stored a session of their role', async () => {
    const { set, lift } = aModel();
    await set('bob');

    await lift(SESSION);

    expect(await lift('ines')).toMatchObject({ status: 'set', lifting: [{ by: SESSION }] });
  });

  it('is set by one, on record, once', async () => {
    const { store, set, events, published } = aModel();

    const hold = await set('ada');

    expect(hold).toMatchObject({ status: 'set', set: { by: 'ada', reason: 'the court asks' }, lifting: [] });
    expect(await store.get('legal_hold', MODEL, 'CASE-1')).toEqual(hold);
    expect(await set('bob')).toEqual(hold);
    expect(await events()).toMatchObject([
      {
        event_type: 'legal_hold_set',
        model_name: MODEL,
        actor_id: 'ada',
        actor_role: 'auditor',
        reason: 'the court asks',
        linked_incident: 'CASE-1',
        details: { people: 0, people_needed: 2 },
      },
    ]);
    expect(published()).toEqual(['Legal Hold Set']);
  });

  it('is lifted by the second of two people', async () => {
    const { store, set, lift, events, published } = aModel();
    await set('ada');

    expect(await lift('ada')).toMatchObject({ status: 'set', lifting: [{ by: 'ada' }] });
    expect(await lift('ada')).toMatchObject({ status: 'set', lifting: [{ by: 'ada' }] });
    const lifted = await lift('bob');

    expect(lifted).toMatchObject({ status: 'lifted', lifting: [{ by: 'ada' }, { by: 'bob' }] });
    expect(lifted.liftedAt).toBeDefined();
    expect(await lift('cyd')).toEqual(lifted);
    expect(await store.get('legal_hold', MODEL, 'CASE-1')).toEqual(lifted);
    expect((await events()).map(({ event_type, actor_id }) => `${event_type} ${actor_id}`)).toEqual([
      'legal_hold_set ada',
      'legal_hold_lift_consented ada',
      'legal_hold_lifted bob',
    ]);
    expect(published()).toEqual(['Legal Hold Set', 'Legal Hold Lifted']);
  });

  it('starts over when it is set again, and its chain keeps the rule', async () => {
    const { store, set, lift, events } = aModel();
    await set('ada');
    await lift('ada');
    expect(await set('cyd')).toMatchObject({ set: { by: 'cyd' }, lifting: [] });
    await lift('ada');
    await lift('bob');
    expect(await set('ada')).toMatchObject({ status: 'set', lifting: [] });
    expect(await set('ada', 'CASE-2')).toMatchObject({ matter: 'CASE-2' });

    const files = (await store.events(MODEL)).map(({ event, head }) => ({
      kind: 'event' as const,
      key: eventKey(event),
      event,
      hash: head.hash,
    }));
    const told = { signing: {}, denials: {}, lineStops: {}, deployedPolicies: {} } as Parameters<
      typeof replayProblems
    >[1];
    expect(replayProblems(files, told, [legalHoldIsLiftedByTwo])).toEqual([]);
    expect(await events()).toHaveLength(7);
  });

  it('is of a model that there is, for a matter that it is held for, and for so many only', async () => {
    const { set, lift } = aModel();

    expect(await refusalCodeOf(() => set('ada', 'CASE-1', 'nothing'))).toBe('NotFound');
    expect(await refusalCodeOf(() => lift('ada'))).toBe('NotFound');
    for (let number = 1; number <= LEGAL_HOLDS_MAX; number += 1) await set('ada', `CASE-${number}`);
    expect(await refusalCodeOf(() => set('ada', 'CASE-more'))).toBe('AskedTooOften');
    expect((await set('ada', 'CASE-1')).matter).toBe('CASE-1');
  });

  it('is lifted by two who agree at once, each of whom counts once', async () => {
    const { store, set, lift, events } = aModel();
    await set('ada');

    store.beforeNextCommit(async () => {
      await lift('bob');
    });
    expect(await lift('ada')).toMatchObject({ status: 'lifted', lifting: [{ by: 'bob' }, { by: 'ada' }] });
    expect((await events()).map(({ event_type }) => event_type)).toEqual([
      'legal_hold_set',
      'legal_hold_lift_consented',
      'legal_hold_lifted',
    ]);
  });

  it('is not lifted by one who agrees twice at once, or again after an answer was lost', async () => {
    const { store, set, lift, events } = aModel();
    await set('bob');

    store.beforeNextCommit(async () => {
      await lift('ada');
    });
    expect(await lift('ada.new')).toMatchObject({ status: 'set', lifting: [{ by: 'ada' }] });
    await set('bob');
    store.failNextCommit('written', new Error('the answer was lost'));
    await expect(lift('ada')).rejects.toThrow('the answer was lost');
    expect(await lift('ada')).toMatchObject({ status: 'set', lifting: [{ by: 'ada' }] });
    expect((await events()).filter(({ event_type }) => event_type === 'legal_hold_lifted')).toEqual([]);
  });

  it('is not lifted by an agreement from before it was set again, at whatever moment that was', async () => {
    const { store, set, lift } = aModel();
    await set('ada');
    await lift('ada');

    store.beforeNextCommit(async () => {
      await set('cyd');
    });
    expect(await lift('bob')).toMatchObject({ status: 'set', set: { by: 'cyd' }, lifting: [{ by: 'bob' }] });
  });

  it('is set once by two at once', async () => {
    const { store, set, events } = aModel();

    store.beforeNextCommit(async () => {
      await set('bob');
    });
    expect(await set('ada')).toMatchObject({ set: { by: 'bob' } });
    expect(await events()).toHaveLength(1);
  });
});
