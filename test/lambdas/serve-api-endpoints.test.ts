import { beforeEach, describe, expect, it } from 'vitest';
import { anApi, callApi } from '../support/api.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { anEndpoint, aPointer, inProduction, MODEL } from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
  intake.store.seed(inProduction, aPointer(), anEndpoint());
});

const ORDER = { endpoint: 'mortgage-eu', reason: 'the name says the region' };
const move = (body: unknown = ORDER, model = MODEL, groups = ['operator']) =>
  callApi(anApi(intake), `/models/${model}/endpoint/move`, { username: 'olga', groups }, body);

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
