import { beforeEach, describe, expect, it } from 'vitest';
import { anApi, callApi } from '../support/api.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { approved, keptPolicy, MODEL } from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
  intake.store.seed(keptPolicy, {
    ...approved,
    reasons: [{ rule: 'line', evidence: '', explanation: 'it was stopped' }],
  });
});

const call = (path: string, body?: unknown, groups = ['operator']) =>
  callApi(anApi(intake), path, { username: 'olga', groups }, body);
const ORDER = { reason: 'the answers are wrong', incident: 'INC-9' };

describe('the line by the API (GT-6)', () => {
  it('is stopped for all models or for one, shown to all, and named by the releases that it stops', async () => {
    const act = { operator_id: 'olga', reason: ORDER.reason, linked_incident: 'INC-9', since: expect.any(String) };
    const said = { status: 'stopped', ...act, stops: [act] };

    expect(await call('/line/stop', ORDER)).toMatchObject({ status: 200, body: said });
    expect(await call('/line/stop', { ...ORDER, model_name: MODEL })).toMatchObject({
      status: 200,
      body: { ...said, model_name: MODEL },
    });

    const { body } = await call('/line', undefined, ['auditor']);
    expect(body).toEqual({
      stopped: [said, { ...said, model_name: MODEL }],
    });
    expect((await call(`/releases/${approved.releaseId}`)).body).toMatchObject({
      promotion: {
        can_promote: false,
        reasons: expect.arrayContaining([
          { rule: 'line', explanation: expect.stringContaining('the line of all models is stopped since') },
          { rule: 'line', explanation: expect.stringContaining(`the line of ${MODEL} is stopped since`) },
        ]),
      },
    });
    expect(await call(`/releases/${approved.releaseId}/promotion`, { reason: 'again' })).toMatchObject({ status: 409 });
  });

  it('is started again, and says which releases are to be promoted by hand', async () => {
    await call('/line/stop', ORDER);

    expect(await call('/line/start', ORDER)).toMatchObject({
      status: 200,
      body: { status: 'running', waiting: [{ release_id: approved.releaseId, model_name: MODEL }] },
    });
    expect((await call('/line')).body).toEqual({ stopped: [] });
    expect(await call('/line/start', { ...ORDER, model_name: MODEL })).toMatchObject({
      status: 200,
      body: { status: 'running', model_name: MODEL },
    });
  });

  it('is shown with each incident that it is stopped for, and says of no release that it waits before all were lifted', async () => {
    const other = { reason: 'another model answers', incident: 'INC-10' };
    await call('/line/stop', ORDER);
    await call('/line/stop', other);

    const { body } = await call('/line', undefined, ['auditor']);
    expect(body).toMatchObject({
      stopped: [{ stops: [{ linked_incident: 'INC-9' }, { linked_incident: 'INC-10', reason: other.reason }] }],
    });
    expect(await call('/line/start', { ...ORDER, incident: 'INC-8' })).toMatchObject({ status: 404 });
    expect(await call('/line/start', ORDER)).toMatchObject({
      status: 200,
      body: { status: 'stopped', waiting: [], stops: [{ linked_incident: 'INC-10' }] },
    });
    expect((await call('/line')).body).toMatchObject({ stopped: [{ stops: [{ linked_incident: 'INC-10' }] }] });
    expect(await call('/line/start', other)).toMatchObject({ body: { status: 'running', waiting: [{}] } });
  });

  it('is stopped and started by operators alone, with a reason and an incident, for a model that is known', async () => {
    for (const act of ['stop', 'start']) {
      expect(await call(`/line/${act}`, ORDER, ['releaser', 'approver'])).toMatchObject({ status: 403 });
      expect(await call(`/line/${act}`, { reason: 'r' })).toMatchObject({ status: 422 });
      expect(await call(`/line/${act}`, { ...ORDER, model_name: '_all' })).toMatchObject({ status: 422 });
      expect(await call(`/line/${act}`, { ...ORDER, model_name: 'misspelt' })).toMatchObject({ status: 404 });
    }
    expect((await call('/line')).body).toEqual({ stopped: [] });
  });
});
