/** Two people open one release's way past what is stopped; one alone opens nothing (GT-6, SD-3, BG-1). */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  confirmBreakGlass,
  documentBreakGlass,
  endBreakGlass,
  requestBreakGlass,
} from '../../../lib/domain/gate/ask-break-glass.ts';
import { askPromotion } from '../../../lib/domain/gate/ask-promotion.ts';
import { closedBecause, recordUseOnce } from '../../../lib/domain/gate/break-glass.ts';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, MINUTE_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { breakGlassRule } from '../../../lib/domain/policy/break-glass.ts';
import { type BreakGlass, breakGlassStatus } from '../../../lib/domain/records/break-glass.ts';
import { NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalOf } from '../../support/refusals.ts';
import { aBreakGlass, aLine, approved, draft, keptPolicy, MODEL, releaseId } from '../../support/release-life.ts';

const RULE = breakGlassRule({});
const ofRelease = { releaseId: approved.releaseId };
const by = (id: string, names: readonly string[] = [id]) => ({
  ...ofRelease,
  ...{ actor: { id, role: 'operator', auth: 'jwt' }, names, reason: `because of ${id}` },
});
const asking = (id: string, changes: object = {}) => ({
  ...by(id),
  ...{ linkedIncident: 'INC-9', hours: undefined, rule: RULE, environment: 'test', ...changes },
});

const inStore = (...rows: Parameters<ReturnType<typeof memoryReleaseStore>['seed']>) => {
  const store = memoryReleaseStore();
  store.seed(approved, keptPolicy, ...rows);
  let time = NOW;
  const now = (): Instant => time;
  const pass = (minutes: number): void => {
    time = plusMilliseconds(time, minutes * MINUTE_MS);
  };
  const row = () => store.get('break_glass', MODEL);
  const events = async () => (await store.events(MODEL)).map(({ event }) => event);
  const use = async () => {
    const opened = [{ rule: 'freeze', evidence: '', explanation: 'why' }];
    const change = await recordUseOnce({ release: approved, breakGlass: await row(), opened, now: time }, store);
    if (change !== undefined) await store.commit(change, time);
  };
  /** The attempt that the gate let pass has ended before production. */
  const fail = () => store.seed({ ...approved, reasons: [{ rule: 'not_deployed', evidence: '', explanation: 'why' }] });
  return {
    ...{ store, now, pass, row, events, use, fail },
    request: (id = 'olga', changes: object = {}) => requestBreakGlass(asking(id, changes), store, now),
    confirm: (id = 'oscar', names?: readonly string[]) => confirmBreakGlass(by(id, names), store, now),
    end: (id = 'oscar') => endBreakGlass(by(id), store, now),
    document: (id = 'olga', account = 'what was done') => documentBreakGlass({ ...by(id), account }, store, now),
  };
};

describe('a break-glass', () => {
  it('is asked for by one person, confirmed by another, ended, and documented, each on record', async () => {
    const { store, request, confirm, use, fail, end, document, events, row } = inStore();

    expect(await request()).toEqual({
      ...{ entity: 'break_glass', version: 1, modelName: MODEL, number: 1, releaseId: approved.releaseId },
      ...{ environment: 'test', endpointName: aBreakGlass().endpointName, linkedIncident: 'INC-9' },
      requested: { by: 'olga', at: NOW, reason: 'because of olga' },
      ...{ confirmBy: plusMilliseconds(NOW, HOUR_MS), openHours: 4, documentDays: 3 },
    });
    const until = plusMilliseconds(NOW, 4 * HOUR_MS);
    expect((await confirm()).confirmed).toEqual({ by: 'oscar', at: NOW, reason: 'because of oscar', until });
    await use();
    expect((await end()).ended).toEqual({ by: 'oscar', at: NOW, reason: 'because of oscar' });
    fail();
    const documented = await document();
    expect(breakGlassStatus(documented, NOW)).toBe('documented');
    expect(documented.documented).toEqual({ by: 'olga', at: NOW, account: 'what was done' });
    expect(await row()).toEqual(documented);

    const place = { number: 1, environment: 'test', endpoint: aBreakGlass().endpointName };
    expect(await events()).toMatchObject([
      {
        event_type: 'break_glass_requested',
        actor_id: 'olga',
        linked_incident: 'INC-9',
        details: { ...place, open_hours: 4 },
      },
      { event_type: 'break_glass_confirmed', actor_id: 'oscar', details: { requested_by: 'olga', open_until: until } },
      { event_type: 'break_glass_used', actor_id: 'assay' },
      { event_type: 'break_glass_ended', reason: 'because of oscar', details: { was_used: true } },
      { event_type: 'break_glass_documented', actor_id: 'olga', details: { account: 'what was done', used_at: NOW } },
    ]);
    const told = store.outbox.flatMap(({ intent }) => (intent.kind === 'publish_event' ? [intent.detailType] : []));
    expect(told).toEqual(
      ['Requested', 'Confirmed', 'Used', 'Ended', 'Documented'].map((what) => `Break Glass ${what}`),
    );
  });

  it('changes nothing when somebody says the same again', async () => {
    const { store, request, confirm, use, fail, end, document } = inStore();
    const twice = async (again: () => Promise<unknown>) => {
      fail();
      await again();
      const { commits } = store;
      await again();
      expect(store.commits).toBe(commits);
    };
    for (const again of [() => request(), () => confirm()]) await twice(again);
    await use();
    for (const again of [() => end(), () => document()]) await twice(again);
    expect((await store.get('break_glass', MODEL))?.version).toBe(5);
  });

  it('is confirmed by another person than who asked, by whichever name, and by nobody who made the release, on record', async () => {
    const { request, confirm, events, row } = inStore();
    const role = 'arn:aws:iam::123456789012:role/ops';
    await request('arn:aws:sts::123456789012:assumed-role/ops/monday');

    const same = await refusalOf(() => confirm('olga', ['olga', role]));
    const maker = await refusalOf(() => confirm(approved.requestedBy));

    expect(same).toMatchObject({
      code: 'SeparationOfDuties',
      message: 'olga asked for it: another person confirms it',
    });
    expect(maker).toMatchObject({
      code: 'SeparationOfDuties',
      message: expect.stringContaining('cannot confirm its break-glass'),
    });
    expect((await row())?.confirmed).toBeUndefined();
    expect((await events()).map(({ event_type: type }) => type)).toEqual([
      'break_glass_requested',
      'break_glass_confirmation_refused',
      'break_glass_confirmation_refused',
    ]);
  });

  it('is asked for six times in a day by one person, by whichever session of a role, and then by another (BG-1)', async () => {
    const { request, end, events, pass } = inStore();
    const session = (name: string) => `arn:aws:sts::123456789012:assumed-role/ops/${name}`;
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await request(session(name));
      await end(session(name));
    }

    expect(await refusalOf(() => request(session('g')))).toMatchObject({
      code: 'AskedTooOften',
      message: expect.stringContaining('asked 6 times today; ask again tomorrow (UTC), or have another person ask'),
    });
    expect(await events()).toHaveLength(12);
    await request('oscar');
    await end();
    pass(24 * 60);
    expect((await request(session('g'))).number).toBe(8);
  });

  it.each<readonly [string, () => Promise<unknown>, string]>([
    ['a release that is not approved', () => inStoreOf(draft).request(), 'is draft, not approved'],
    [
      'a policy that allows none',
      () => inStore().request('olga', { rule: { ...RULE, openHours: 0 } }),
      'allows no break-glass',
    ],
    ['more hours than the policy', () => inStore().request('olga', { hours: 5 }), 'for 4 hours at most, not 5'],
    ['while another waits', () => inStore(fresh()).request('omar'), 'is requested: end it first'],
    ['while another is open', () => inStore(aBreakGlass()).request('omar'), 'is open: end it first'],
    ['while one is owed', () => inStore(owed()).request('omar'), 'document it first'],
    ['for other hours than it was asked for', () => inStore(fresh()).request('olga', { hours: 3 }), 'end it first'],
    ['to be documented though it was not used', () => inStore(aBreakGlass()).document(), 'was not used'],
  ])('is refused for %s', async (_, act, why) => {
    expect(await refusalOf(act)).toMatchObject({ code: 'BreakGlassImpossible', message: expect.stringContaining(why) });
  });

  it('is not there for a release that has none, and for none', async () => {
    const other = aBreakGlass({ releaseId: releaseId('other') });

    expect(await refusalOf(() => inStore(other).confirm())).toMatchObject({ code: 'NotFound' });
    expect(await refusalOf(() => inStore().end())).toMatchObject({ code: 'NotFound' });
    expect(await refusalOf(() => inStore().request('olga', { releaseId: 'nothing' }))).toMatchObject({
      code: 'NotFound',
    });
  });

  it('can be shorter than the policy lets it be', async () => {
    const { request, confirm } = inStore();
    await request('olga', { hours: 1 });

    expect((await confirm()).confirmed?.until).toBe(plusMilliseconds(NOW, HOUR_MS));
  });

  it('lapses where nobody confirms it in time, and another is asked for, by another number', async () => {
    const { request, confirm, pass, end, row } = inStore();
    await request();
    pass(60);

    expect(await refusalOf(() => confirm())).toMatchObject({
      code: 'BreakGlassImpossible',
      message: expect.stringContaining('is lapsed'),
    });
    const before = await row();
    expect(await end()).toEqual(before);
    expect(await request('omar')).toMatchObject({ number: 2, version: 2, requested: { by: 'omar' } });
  });

  it('is documented when what passed by it has ended, or is silent: what became of it is part of the account', async () => {
    const { request, confirm, use, document, pass } = inStore();
    await request();
    await confirm();
    await use();

    expect(await refusalOf(() => document())).toMatchObject({
      code: 'BreakGlassImpossible',
      message: expect.stringContaining('document it when that has ended'),
    });
    pass(4 * 60);
    expect((await document()).documented?.account).toBe('what was done');
  });

  it('refuses a confirmation on the next day by another event', async () => {
    const { request, confirm, events, pass } = inStore();
    const keys = async () =>
      (await events()).flatMap(({ event_type: type, idempotency_key: key }) =>
        type === 'break_glass_confirmation_refused' ? [key] : [],
      );
    await request();
    await refusalOf(() => confirm('olga'));
    pass(24 * 60);
    await refusalOf(() => confirm('olga'));

    expect(new Set(await keys()).size).toBe(2);
  });

  it('of another incident, or by another person, is another', async () => {
    const { request } = inStore();
    await request();

    expect(await refusalOf(() => request('olga', { linkedIncident: 'INC-10' }))).toMatchObject({
      code: 'BreakGlassImpossible',
    });
    expect(await refusalOf(() => request('omar'))).toMatchObject({ code: 'BreakGlassImpossible' });
  });

  it('lets a promotion be asked for while the line is stopped', async () => {
    const { store, now, pass } = inStore(aBreakGlass(), aLine());
    const claim = { ...ofRelease, actor: { id: 'omar', role: 'operator', auth: 'jwt' }, reason: 'it is urgent' };
    // The approval of these tests began a promotion: it is silent for long.
    pass(4 * 60);
    const ask = () => askPromotion(claim, store, now);

    expect((await ask()).outcome).toBe('requested');
    pass(60);
    expect(await refusalOf(ask)).toMatchObject({
      code: 'PromotionImpossible',
      message: expect.stringContaining('its time was over'),
    });
  });
});

const inStoreOf = (release: typeof approved) => {
  const store = memoryReleaseStore();
  store.seed(release);
  return { request: () => requestBreakGlass(asking('olga', { releaseId: release.releaseId }), store, () => NOW) };
};
const fresh = () => {
  const { confirmed: _, ...row } = aBreakGlass();
  return row;
};
const owed = () => {
  const used = { at: NOW, attempt: 1, documentBy: plusMilliseconds(NOW, HOUR_MS) };
  return aBreakGlass({ used, confirmed: { by: 'oscar', at: NOW, reason: 'why', until: NOW } });
};

/** What the acts of people, and time, may do, in any order; a refusal changes nothing. */
const anAct = (people: readonly string[]) =>
  fc.oneof(
    fc.record({ act: fc.constantFrom('request', 'confirm', 'end', 'document'), who: fc.constantFrom(...people) }),
    fc.constant({ act: 'use' as const }),
    fc.record({ act: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
  );
type Act = { readonly act: string; readonly who?: string; readonly minutes?: number };

const played = async (acts: readonly Act[], seen: (row: BreakGlass | undefined, now: Instant) => void) => {
  const store = inStore();
  const moves: Readonly<Record<string, (act: Act) => unknown>> = {
    request: ({ who }) => store.request(who),
    confirm: ({ who }) => store.confirm(who),
    end: ({ who }) => store.end(who),
    document: ({ who }) => store.document(who),
    use: async () => {
      const row = await store.row();
      // As the gate does: what does not open is not used.
      if (row !== undefined && closedBecause(row, { release: approved, now: store.now() }, 'order').length === 0)
        await store.use();
    },
    pass: ({ minutes = 0 }) => store.pass(minutes),
  };
  for (const act of acts) {
    try {
      await moves[act.act]?.(act);
    } catch (error) {
      expect((error as Error).name).toMatch(/BreakGlassImpossible|SeparationOfDuties|NotFound/);
    }
    seen(await store.row(), store.now());
  }
};
const isOpen = (row: BreakGlass | undefined, now: Instant): row is BreakGlass =>
  row !== undefined && closedBecause(row, { release: approved, now }, 'order').length === 0;

describe('whatever people do', () => {
  it('one alone opens nothing, and neither does whoever made the release as the second', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anAct(['olga', approved.requestedBy].slice(0, 1)), { maxLength: 12 }), async (acts) => {
        await played(acts, (row, now) => expect(isOpen(row, now)).toBe(false));
      }),
      { numRuns: 60 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anAct(['olga', approved.requestedBy]), { maxLength: 12 }), async (acts) => {
        await played(acts, (row, now) => {
          if (isOpen(row, now)) expect(row.requested.by).not.toBe('olga');
        });
      }),
      { numRuns: 60 },
    );
  });

  it('what is open was confirmed by another person, in time, is not ended, and its time is not over', async () => {
    const counts = { opened: 0, used: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(anAct(['olga', 'oscar']), { minLength: 2, maxLength: 20 }), async (acts) => {
        await played(acts, (row, now) => {
          if (!isOpen(row, now)) return;
          counts.opened += 1;
          counts.used += row.used === undefined ? 0 : 1;
          expect(row.confirmed?.by).not.toBe(row.requested.by);
          expect(row.ended ?? row.documented).toBeUndefined();
          expect(String(row.confirmed?.at) < row.confirmBy && now < String(row.confirmed?.until)).toBe(true);
          expect(breakGlassStatus(row, now)).toBe('open');
        });
      }),
      {
        numRuns: 200,
        examples: [
          [[...['request', 'confirm'].map((act, one) => ({ act, who: ['olga', 'oscar'][one] ?? '' })), { act: 'use' }]],
        ] as never,
      },
    );
    expect(Math.min(counts.opened, counts.used)).toBeGreaterThan(0);
  });
});
