/** Requests that are sent again under the same `Idempotency-Key`. */
import { describe, expect, it } from 'vitest';
import { MINUTE_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
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
