import { beforeEach, describe, expect, it } from 'vitest';
import { anApi, callApi } from '../support/api.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { inProduction, MODEL } from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
  intake.store.seed(inProduction);
});

const call = (path: string, username: string, body?: unknown, groups = ['auditor']) =>
  callApi(anApi(intake), path, { username, groups }, body);
const ORDER = { reason: 'the court asks', matter: 'CASE-1' };
const set = (username: string, body: unknown = ORDER, groups?: string[]) =>
  call(`/models/${MODEL}/legal-hold`, username, body, groups);
const lift = (username: string, body: unknown = ORDER, groups?: string[]) =>
  call(`/models/${MODEL}/legal-hold/lift`, username, body, groups);

describe('legal holds by the API (AU-6)', () => {
  it('are set by an auditor, listed, and lifted by two: 202 while another one is needed', async () => {
    const hold = { model_name: MODEL, matter: 'CASE-1', status: 'set', set_by: 'olga', people_needed: 2, lifting: [] };

    expect(await set('olga')).toMatchObject({ status: 200, body: hold });
    expect(await call('/legal-holds', 'omar', undefined, ['approver'])).toMatchObject({
      body: { legal_holds: [hold] },
    });
    expect(await lift('olga')).toMatchObject({
      status: 202,
      body: { status: 'set', lifting: [{ person_id: 'olga' }] },
    });
    expect(await lift('omar')).toMatchObject({
      status: 200,
      body: { status: 'lifted', lifted_at: expect.any(String) },
    });
    expect((await call('/legal-holds', 'omar')).body).toEqual({ legal_holds: [] });
  });

  it('are listed page by page, of all models or of one', async () => {
    for (const matter of ['A', 'B', 'C']) await set('olga', { ...ORDER, matter });
    const matters = (body: Record<string, unknown>) =>
      (body['legal_holds'] as { readonly matter: string }[]).map(({ matter }) => matter);

    const first = (await call('/legal-holds?limit=2', 'omar')).body;
    const second = (await call(`/legal-holds?limit=2&after=${first['next']}`, 'omar')).body;

    expect([matters(first), matters(second), second['next']]).toEqual([['A', 'B'], ['C'], undefined]);
    expect(matters((await call(`/legal-holds?model=${MODEL}`, 'omar')).body)).toEqual(['A', 'B', 'C']);
    expect((await call('/legal-holds?model=another', 'omar')).body).toEqual({ legal_holds: [] });
    expect(await call('/legal-holds?model=not/one', 'omar')).toMatchObject({
      status: 422,
      body: { title: 'RequestInvalid', faults: [{ field: 'model' }] },
    });
  });

  it('are changed by nobody else, and not without a matter', async () => {
    expect(await set('olga', ORDER, ['operator', 'approver'])).toMatchObject({ status: 403 });
    expect(await lift('olga', ORDER, ['operator'])).toMatchObject({ status: 403 });
    expect(await set('nobody-we-know')).toMatchObject({ status: 403 });
    expect(await set('olga', { reason: 'why' })).toMatchObject({ status: 422 });
    expect(await set('olga', { ...ORDER, matter: 'two words' })).toMatchObject({ status: 422 });
    expect(await lift('olga')).toMatchObject({ status: 404 });
    expect(await intake.store.events(MODEL)).toEqual([]);
  });
});
