import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { serveApi } from '../../lambdas/serve-api/app.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { anEndpoint, aPointer, inProduction, MODEL, SIGNING_KEYS } from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
  intake.store.seed(inProduction, aPointer(), anEndpoint());
});

const Body = z.record(z.string(), z.unknown());
const ORDER = { endpoint: 'mortgage-eu', reason: 'the name says the region' };
const move = async (body: unknown = ORDER, model = MODEL, groups = ['operator']) => {
  const { store, now } = intake;
  const readKept = () => Promise.reject(new Error('no evidence is kept here'));
  const api = serveApi({
    store,
    world: async () => intake,
    now,
    readKept,
    keys: SIGNING_KEYS,
    findShape: async () => undefined,
  });
  const claims = { sub: 's', username: 'olga', groups };
  const bindings = { event: { requestContext: { authorizer: { jwt: { claims } } } } };
  const init = { method: 'POST', body: JSON.stringify(body) };
  const response = await api.request(`/v1/models/${model}/endpoint/move`, init, bindings);
  return { status: response.status, body: Body.parse(await response.json()) };
};

describe('a move by the API', () => {
  it('is requested once, and shown when it is asked for again', async () => {
    const shown = {
      move_id: `${MODEL}-move-1`,
      model_name: MODEL,
      release_id: inProduction.releaseId,
      from_endpoint: 'mortgage',
      to_endpoint: 'mortgage-eu',
      status: 'requested',
      initiated_by: 'olga',
      reason: ORDER.reason,
      timestamp: expect.any(String),
    };

    expect(await move()).toEqual({ status: 202, body: shown });
    expect(await move()).toEqual({ status: 200, body: shown });
  });

  it('is for operators, and names every field at fault', async () => {
    expect(await move(ORDER, MODEL, ['releaser', 'auditor'])).toMatchObject({ status: 403 });
    expect(await move({ endpoint: 'under_score', incident: 'INC-1' })).toMatchObject({
      status: 422,
      body: { faults: [{ field: 'endpoint' }, { field: 'reason' }, { field: 'body' }] },
    });
    expect(await move(ORDER, 'never-heard-of')).toMatchObject({ status: 404 });
    expect(await move({ ...ORDER, endpoint: 'mortgage' })).toMatchObject({
      status: 409,
      body: { title: 'MoveImpossible', detail: `${MODEL} serves from mortgage already` },
    });
    expect(await intake.store.get('endpoint_move', MODEL)).toBeUndefined();
  });
});
