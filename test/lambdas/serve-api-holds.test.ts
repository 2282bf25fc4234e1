import { beforeEach, describe, expect, it } from 'vitest';
import { anApi, callApi } from '../support/api.ts';
import { NOW } from '../support/approval-case.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { aHold, draft, inProduction, MODEL } from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
  intake.store.seed(aHold(), { ...inProduction, state: 'rolled_back' });
});

const call = (path: string, username: string, body?: unknown, groups = ['operator']) =>
  callApi(anApi(intake), path, { username, groups }, body);
const ORDER = { reason: 'the cause was found', incident: 'INC-7' };
const release = (username: string, body: unknown = ORDER, groups?: string[]) =>
  call(`/models/${MODEL}/hold/release`, username, body, groups);

describe('holds by the API (RB-7)', () => {
  it('are listed while they hold, and shown with every release of the model', async () => {
    intake.store.seed({ ...draft, releaseId: 'never-held' as never, modelName: 'never-held' as never });
    const held = {
      model_name: MODEL,
      status: 'held',
      rollback_id: aHold().rollbackId,
      rolled_back: inProduction.releaseId,
      initiated_by: 'oscar',
      held_since: NOW,
      operators_needed: 1,
      consents: [],
    };

    expect((await call('/holds', 'aud', undefined, ['auditor'])).body).toEqual({ holds: [held] });
    expect((await call(`/releases/${inProduction.releaseId}`, 'aud')).body).toMatchObject({ hold: held });

    await release('olga');

    expect((await call('/holds', 'aud')).body).toEqual({ holds: [] });
    expect((await call(`/releases/${inProduction.releaseId}`, 'aud')).body).not.toHaveProperty('hold');
  });

  it('are released by operators: 202 while another one is needed', async () => {
    intake.store.seed(aHold({ operatorsNeeded: 2 }));

    expect(await release('olga')).toMatchObject({ status: 202, body: { status: 'held' } });
    expect(await release('omar')).toMatchObject({
      status: 200,
      body: {
        status: 'released',
        consents: [
          { operator_id: 'olga', reason: ORDER.reason, linked_incident: 'INC-7' },
          { operator_id: 'omar', timestamp: expect.any(String) },
        ],
        released_at: expect.any(String),
      },
    });
  });

  it('are released by nobody else', async () => {
    expect(await release('rita', ORDER, ['releaser', 'auditor'])).toMatchObject({ status: 403 });
    expect(await release('olga', { reason: 'r' })).toMatchObject({
      status: 422,
      body: { faults: [{ field: 'incident' }] },
    });
    expect(await release('oscar')).toMatchObject({ status: 403, body: { title: 'SeparationOfDuties' } });
    expect(await call('/models/never-held/hold/release', 'olga', ORDER)).toMatchObject({ status: 404 });
    expect(await call(`/models/${'x'.repeat(3000)}/hold/release`, 'olga', ORDER)).toMatchObject({ status: 404 });
    expect(await intake.store.get('hold', MODEL)).toEqual(aHold());
  });
});
