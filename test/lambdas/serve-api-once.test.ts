/** Requests that are sent again under the same `Idempotency-Key`. */
import { describe, expect, it } from 'vitest';
import { MINUTE_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { Conflict, Refusal } from '../../lib/domain/refusal.ts';
import { anApi, claimsOf } from '../support/api.ts';
import { aManifest } from '../support/approval-case.ts';
import { anIntake } from '../support/intake.ts';

const intake = anIntake();
let now = intake.now();
const api = anApi(intake, { now: () => now });
const personId = intake.directory.people[0]?.id ?? '';
const otherId = intake.directory.people[1]?.id ?? '';

const send = async (path: string, key: string, body: unknown, { id = personId, on = api } = {}) => {
  const caller = claimsOf({ sub: 's', username: id, groups: ['operator', 'releaser'] });
  const init = { method: 'POST', body: JSON.stringify(body), headers: { 'idempotency-key': key } };
  const answer = await on.request(`/v1${path}`, init, caller);
  return { status: answer.status, body: await answer.json(), replayed: answer.headers.get('idempotency-replayed') };
};
const STOP = { reason: 'nobody knows', incident: 'INC-1' };

describe('a request with a key', () => {
  it('acts once, and is answered again as it was then', async () => {
    const first = await send('/line/stop', 'k-1', STOP);
    const { commits } = intake.store;
    now = plusMilliseconds(now, MINUTE_MS);

    const again = await send('/line/stop', '"k-1"', STOP);

    expect(first).toMatchObject({ status: 200, body: { status: 'stopped' }, replayed: null });
    expect(again).toEqual({ ...first, replayed: 'true' });
    expect(intake.store.commits).toBe(commits);
  });

  it('is refused with another body, or on another route', async () => {
    const fault = { field: 'Idempotency-Key', problem: expect.stringContaining('another request') };
    const refused = { status: 422, body: { title: 'IdempotencyKeyReused', faults: [fault] } };

    expect(await send('/line/stop', 'k-1', { ...STOP, incident: 'INC-2' })).toMatchObject(refused);
    expect(await send('/line/start', 'k-1', STOP)).toMatchObject(refused);
  });

  it('is another one of another sender, and with another key', async () => {
    const { commits } = intake.store;
    expect((await send('/line/stop', 'k-1', { ...STOP, incident: 'INC-3' }, { id: otherId })).status).toBe(200);
    expect((await send('/line/stop', 'k-2', { ...STOP, incident: 'INC-4' })).status).toBe(200);
    expect(intake.store.commits).toBe(commits + 2);
  });

  it('is answered as it was also where it changed nothing', async () => {
    const first = await send('/line/stop', 'k-3', STOP);
    await send('/line/start', 'k-4', STOP);
    const { commits } = intake.store;

    expect(await send('/line/stop', 'k-3', STOP)).toEqual({ ...first, replayed: 'true' });
    expect(intake.store.commits).toBe(commits);
  });

  it('is unknown again after a day', async () => {
    const { commits } = intake.store;
    now = plusMilliseconds(now, 25 * 60 * MINUTE_MS);

    expect((await send('/line/stop', 'k-1', STOP)).replayed).toBeNull();
    expect(intake.store.commits).toBe(commits + 1);
  });

  it('is refused if the same comes while it is being answered, and acts once', async () => {
    const body = { ...STOP, incident: 'INC-9' };
    const { commits } = intake.store;
    let first: Awaited<ReturnType<typeof send>> | undefined;
    intake.store.beforeNextCommit(async () => {
      first = await send('/line/stop', 'k-5', body);
    });

    const second = await send('/line/stop', 'k-5', body);

    expect(first?.status).toBe(200);
    expect(second).toMatchObject({ status: 409, body: { title: 'RequestUnderWay' } });
    expect(intake.store.commits).toBe(commits + 1);
    expect(await send('/line/stop', 'k-5', body)).toEqual({ ...first, replayed: 'true' });
  });

  it('says that it was carried out if its answer was lost', async () => {
    const body = { ...STOP, incident: 'INC-10' };
    intake.store.failNextCommit('written', new Error('the answer was lost'));
    expect((await send('/line/stop', 'k-6', body)).status).toBe(500);
    const { commits } = intake.store;

    expect(await send('/line/stop', 'k-6', body)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('is being answered') },
    });
    now = plusMilliseconds(now, 2 * MINUTE_MS);
    expect(await send('/line/stop', 'k-6', body)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('was carried out at') },
    });
    expect(intake.store.commits).toBe(commits);
  });

  it('is refused if one of the same key acted while this one found nothing to do', async () => {
    const body = { ...STOP, incident: 'INC-1' };
    const on = anApi(intake, { now: () => now, onces: { ...intake.store.onces, keep: async () => false } });

    expect(await send('/line/stop', 'k-12', body, { on })).toMatchObject({ status: 409 });
  });

  it('is answered although its answer cannot be kept', async () => {
    const failing = { ...intake.store.onces, keep: () => Promise.reject(new Error('throttled')) };
    const on = anApi(intake, { now: () => now, onces: failing });

    expect((await send('/line/stop', 'k-13', { ...STOP, incident: 'INC-13' }, { on })).status).toBe(200);
  });

  it('that is refused without a trace is judged again', async () => {
    expect((await send('/line/stop', 'k-7', { ...STOP, reason: '' })).status).toBe(422);
    expect((await send('/line/stop', 'k-7', { ...STOP, incident: 'INC-11' })).status).toBe(200);
  });

  it('for a release is answered with the release that it made, and with the refusal that it made', async () => {
    const first = await send('/releases', 'k-8', aManifest());
    const refused = await send('/releases', 'k-9', { ...aManifest(), release_id: 'no id' });

    expect(first.status).toBe(201);
    expect(await send('/releases', 'k-8', aManifest())).toEqual({ ...first, replayed: 'true' });
    expect(refused.status).toBe(422);
    expect(await send('/releases', 'k-9', { ...aManifest(), release_id: 'no id' })).toEqual({
      ...refused,
      replayed: 'true',
    });
  });

  it('is not asked of another Lambda twice', async () => {
    let asked = 0;
    let fails = true;
    const on = anApi(intake, {
      now: () => now,
      renewal: async () => {
        asked += 1;
        if (fails) throw new Error('no answer');
        return { outcome: 'refused', reasons: [], compared: [], approvedUntil: now, approvedUntilBefore: now };
      },
    });
    intake.store.seed({ ...(await storedRelease()), version: 1 });
    const renew = (key: string) => send('/releases/mortgage-renewed/renewal', key, {}, { on });

    expect((await renew('k-10')).status).toBe(500);
    expect((await renew('k-10')).status).toBe(409);
    expect(asked).toBe(1);
    fails = false;
    const first = await renew('k-11');
    expect(first.status).toBe(200);
    expect(await renew('k-11')).toEqual({ ...first, replayed: 'true' });
    expect(asked).toBe(2);
  });

  it('is not used up by the configuration that is put on record on the way to its release', async () => {
    const fresh = { ...anIntake(), policy: { ...intake.policy, approval_expiry_days: 7 } };
    const on = anApi(fresh, { now: () => now });
    const request = () => send('/releases', 'k-14', aManifest(), { on });
    // The configuration is committed, and what comes after it is not: by a crash, and because another was faster.
    const faults = [
      new Error('the function stopped'),
      ...Array.from({ length: 5 }, () => new Conflict('another was faster')),
    ];
    const { store } = fresh;
    const failing: typeof store = {
      ...store,
      commit: async (change, at, foreseen) => {
        const fault = change.event.event_type === 'configuration_changed' ? undefined : faults.shift();
        if (fault !== undefined) throw fault;
        return store.commit(change, at, foreseen);
      },
    };
    const broken = anApi({ ...fresh, store: failing }, { now: () => now });

    expect((await send('/releases', 'k-14', aManifest(), { on: broken })).status).toBe(500);
    expect(store.commits).toBe(1);
    expect(await send('/releases', 'k-14', aManifest(), { on: broken })).toMatchObject({ status: 409, replayed: null });
    expect(faults).toEqual([]);
    const first = await request();
    expect(first).toMatchObject({ status: 201, replayed: null });
    expect(await request()).toEqual({ ...first, replayed: 'true' });
  });

  it('for a redrive of many rows is noted with the last of them', async () => {
    const parked = Array.from({ length: 60 }, (_, index) => ({
      ...{ rowId: `credit:${index}:1`, partition: 'OUTBOX#publish_event#1', sort: `credit#${index}#1` },
      ...{ kind: 'publish_event', chain: 'credit', about: 'x', attempts: 10, lastError: 'throttled' },
    }));
    let ordered = 0;
    const { store } = intake;
    const failing: typeof store = {
      ...store,
      commit: async (change, at, foreseen) => {
        ordered += 1;
        // After the first of the two.
        if (ordered === 2) throw new Error('the function stopped');
        return store.commit(change, at, foreseen);
      },
    };
    const on = anApi({ ...intake, store: failing }, { now: () => now, parked: async () => parked });
    const redrive = () => send('/outbox/redrive', 'k-15', { reason: 'it is mended' }, { on });
    const { commits } = intake.store;
    expect((await redrive()).status).toBe(500);
    expect(intake.store.commits).toBe(commits + 1);
    const first = await redrive();
    expect(first).toMatchObject({ status: 202, replayed: null });
    expect(await redrive()).toEqual({ ...first, replayed: 'true' });
    expect(intake.store.commits).toBe(commits + 3);
  });

  it('that another Lambda carries out is judged again where nobody was asked, or that one refused', async () => {
    let refuses = true;
    const orders: unknown[] = [];
    const on = anApi(intake, {
      now: () => now,
      renewal: async (claim) => {
        orders.push(claim);
        if (refuses) throw new Refusal('RenewalImpossible', 'nothing serves');
        return { outcome: 'refused', reasons: [], compared: [], approvedUntil: now, approvedUntilBefore: now };
      },
    });
    const release = { ...(await storedRelease()), releaseId: 'mortgage-late' as never, version: 1 };
    const renew = () => send('/releases/mortgage-late/renewal', 'k-16', {}, { on });

    expect(await renew()).toMatchObject({ status: 404 });
    intake.store.seed(release);
    expect(await renew()).toMatchObject({ status: 422, body: { title: 'RenewalImpossible' }, replayed: null });
    refuses = false;
    expect(await renew()).toMatchObject({ status: 200, replayed: null });
    expect(await renew()).toMatchObject({ status: 200, replayed: 'true' });
    expect(orders).toHaveLength(2);
    const again = (body: unknown) => send('/releases/mortgage-late/reverifications', 'k-17', body, { on });
    expect((await again({ check: 1 })).status).toBe(422);
    expect(await again({ check: 'no such check' })).not.toMatchObject({ body: { title: 'IdempotencyKeyReused' } });
  });

  it('that another Lambda carries out is refused if the same comes first', async () => {
    const on = anApi(intake, { now: () => now, onces: { ...intake.store.onces, take: async () => false } });

    expect(await send('/releases/mortgage-late/renewal', 'k-18', {}, { on })).toMatchObject({
      status: 409,
      body: { title: 'RequestUnderWay' },
    });
  });

  it('of a look at a renewal is not noted before, so that a fault does not use it up', async () => {
    const look = () => send('/releases/mortgage-late/renewal/preview', 'k-19', {});

    expect([(await look()).status, (await look()).status]).toEqual([500, 500]);
  });

  it.each(['k'.repeat(256), '"open', 'with blank'])('has a key that can be one, and not %j', async (key) => {
    const fault = { field: 'Idempotency-Key', problem: 'must be 1 to 255 visible ASCII characters, such as a UUID' };

    expect(await send('/line/stop', key, STOP)).toMatchObject({ status: 422, body: { faults: [fault] } });
  });
});

const storedRelease = async () => {
  const { inProduction } = await import('../support/release-life.ts');
  const until = plusMilliseconds(now, 60 * MINUTE_MS);
  return { ...inProduction, releaseId: 'mortgage-renewed' as typeof inProduction.releaseId, approvedUntil: until };
};
