/** What lists of the API are asked for. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ownerDigest } from '../../lib/domain/metrics/served-facts.ts';
import { aLook, facts } from '../domain/metrics/a-look.ts';
import { refuseClaimOf } from '../support/a-refusal.ts';
import { anApi, callApi } from '../support/api.ts';
import { at, NOW } from '../support/approval-case.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { draft, releaseId } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
});
const get = (path: string) => callApi(anApi(intake), path, { username: 'ada', groups: ['auditor'] });
const idsOf = async (path: string, list: string, id: string) =>
  ((await get(path)).body[list] as Record<string, string>[]).map((one) => one[id]);

describe('the list of models', () => {
  const serving = ['a', 'b', 'c'].map((modelName) => ({
    ...{ ...facts, modelName, endpointName: modelName, hasOwner: true, isSuspended: modelName === 'b' },
    ownerSha256: ownerDigest(modelName === 'c' ? 'Fraud' : 'Credit Risk'),
  }));
  const models = async (query: string) => {
    const { body } = await callApi(anApi(intake, { lastLook: async () => aLook({ serving }) }), `/models?${query}`, {
      ...{ username: 'ada', groups: ['auditor'] },
    });
    return { ...body, names: (body['models'] as Record<string, unknown>[]).map((one) => one['model_name']) };
  };

  it('has those of an owner or under a status, page by page, each with its status', async () => {
    expect((await models('owner=Credit%20Risk')).names).toEqual(['a', 'b']);
    expect(await models('governance=pending')).toMatchObject({
      models: [{ model_name: 'b', governance_status: 'pending', is_held: false }],
    });
    const first = await models('governance=governed&limit=1');
    expect([first.names, Reflect.get(first, 'next')]).toEqual([['a'], expect.any(String)]);
    const second = await models(`governance=governed&limit=1&after=${Reflect.get(first, 'next')}`);
    expect([second.names, Reflect.get(second, 'next')]).toEqual([['c'], undefined]);
  });

  it.each([
    ['before the first look', async () => undefined],
    ['where the last look cannot be read', () => Promise.reject(new Error('it is of another version'))],
  ])('has names without a status, and refuses to find any under one, %s', async (_, lastLook) => {
    await intake.store.commit(aChange('a', []), NOW);
    const api = anApi(intake, { lastLook });
    const asked = (path: string) => callApi(api, path, { username: 'ada', groups: ['auditor'] });

    expect(await asked('/models')).toEqual({ status: 200, body: { models: [{ model_name: 'a', is_held: false }] } });
    for (const filter of ['governance=ungoverned', 'owner=', 'governance=governed&owner=Fraud'])
      expect(await asked(`/models?${filter}`)).toMatchObject({
        ...{
          status: 503,
          body: { title: 'ServiceUnavailable', detail: expect.stringContaining('has not been measured') },
        },
      });
  });

  it('says when it was measured, and refuses a status that there is not', async () => {
    await intake.store.commit(aChange('a', []), NOW);

    expect(await models('')).toMatchObject({
      models: [{ model_name: 'a', governance_status: 'governed', is_held: false }],
      measured_at: NOW,
    });
    expect(await models('governance=governed')).toMatchObject({ measured_at: NOW });
    expect(await get('/models?governance=fine')).toMatchObject({
      status: 422,
      body: { title: 'RequestInvalid', faults: [{ field: 'governance' }] },
    });
  });
});

describe('a list within a period', () => {
  const days = ['2026-11-01T00:00:00.000Z', '2026-11-02T23:59:59.999Z', '2026-11-03T00:00:00.000Z'] as const;

  it('has the releases that changed last in it: a date means its whole day', async () => {
    intake.store.seed(
      ...days.map((day, index) => ({ ...draft, releaseId: releaseId(`r-${index + 1}`), updatedAt: at(day) })),
    );
    const found = (query: string) => idsOf(`/releases?${query}`, 'releases', 'release_id');

    expect(await found('since=2026-11-02')).toEqual(['r-3', 'r-2']);
    expect(await found('until=2026-11-02')).toEqual(['r-2', 'r-1']);
    expect(await found('since=2026-11-02&until=2026-11-02&order=oldest')).toEqual(['r-2']);
    expect(await found('since=2026-11-03T01:00:00%2B01:00')).toEqual(['r-3']);
  });

  it('has the refusals that came in it', async () => {
    const claims = days.map((day, index) => ({ ...refuseClaimOf(`r-${index + 1}`), receivedAt: at(day) }));
    intake.store.seed(...claims);

    expect(await idsOf('/refusals?since=2026-11-02&until=2026-11-02', 'refusals', 'refusal_id')).toEqual([
      claims[1]?.refusalId,
    ]);
  });

  it('has the refusals of requests that name a model', async () => {
    const claims = days.map((_, index) => ({
      ...refuseClaimOf(`r-${index + 1}`),
      claimedModelName: index === 1 ? 'churn' : '',
    }));
    intake.store.seed(...claims);

    expect(await idsOf('/refusals?model=churn', 'refusals', 'refusal_id')).toEqual([claims[1]?.refusalId]);
    expect(await get('/refusals?model=no%20model')).toMatchObject({
      status: 422,
      body: { faults: [{ field: 'model' }] },
    });
  });

  it.each([
    ['releases', 'since'],
    ['refusals', 'since'],
    ['signatures', 'from'],
    ['canaries/accuracy_above_minimum/releases', 'from'],
  ])('is refused where it ends before it begins, naming both: %s', async (list, begin) => {
    expect(await get(`/${list}?${begin}=2026-11-03&until=2026-11-02`)).toMatchObject({
      status: 422,
      body: {
        title: 'RequestInvalid',
        faults: [
          { field: begin, problem: 'must not be later than until' },
          { field: 'until', problem: `must not be earlier than ${begin}` },
        ],
      },
    });
    expect(await get(`/${list}?${begin}=2026-11-03&until=2026-11-03`)).toMatchObject({ status: 200 });
  });

  it.each(['releases', 'refusals'])('is refused where an end is no time: %s', async (list) => {
    for (const [field, given] of [
      ['since', 'yesterday'],
      ['until', '2026-02-30'],
      ['since', ''],
    ])
      expect(await get(`/${list}?${field}=${given}`)).toMatchObject({
        status: 422,
        body: { title: 'RequestInvalid', faults: [{ field, problem: 'must be an ISO 8601 date or time' }] },
      });
  });
});
