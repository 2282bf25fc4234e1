import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { recordStage } from '../../lib/domain/gate/stages.ts';
import { anApi, claimsOf } from '../support/api.ts';
import { at } from '../support/approval-case.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { anAttestation, checks, draft, pinnedDraft } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
});

const as = (...groups: string[]) => claimsOf({ sub: 's', username: 'oscar', groups });
const Body = z.record(z.string(), z.unknown());
const call = async (path: string, init: RequestInit = {}, groups = ['operator']) => {
  const response = await anApi(intake).request(`/v1${path}`, init, as(...groups));
  return { status: response.status, body: Body.parse(await response.json()) };
};
const post = (body: unknown, groups?: string[]) =>
  call('/key-rotations', { method: 'POST', body: JSON.stringify(body) }, groups);
const ORDER = { reason: 'a laptop was stolen', incident: 'INC-9' };

describe('a rotation of keys by the API (SG-4)', () => {
  it('is taken once, and looked up afterwards', async () => {
    const asked = await post(ORDER);
    const again = await post({ ...ORDER, reason: 'again' });

    expect(asked).toMatchObject({
      status: 202,
      body: { status: 'requested', record_key_id: 'record-key', initiated_by: 'oscar', reason: ORDER.reason },
    });
    expect(again).toMatchObject({
      status: 200,
      body: { rotation_id: asked.body['rotation_id'], reason: ORDER.reason },
    });
    expect(await call(`/key-rotations/${asked.body['rotation_id']}`, {}, ['auditor'])).toMatchObject({
      status: 200,
      body: { rotation_id: asked.body['rotation_id'], renewed: 0 },
    });
    expect(await call('/key-rotations/rotation-0')).toMatchObject({ status: 404 });
  });

  it('is an order of operators, and names every field that it lacks', async () => {
    expect(await post(ORDER, ['releaser', 'auditor'])).toMatchObject({ status: 403 });
    expect(await post({ reason: ' ', incidents: 'INC-9' })).toMatchObject({
      status: 422,
      body: {
        title: 'RequestInvalid',
        detail: 'a key rotation needs a reason and an incident',
        faults: [{ field: 'reason' }, { field: 'incident' }, { field: 'body' }],
      },
    });
    expect(intake.store.commits).toBe(0);
  });
});

describe('the signatures of a window', () => {
  beforeEach(async () => {
    const create = [{ kind: 'create' as const, entity: { ...draft, version: 0 } }];
    await intake.store.commit(aChange('seeded', create), at('2026-11-01T00:00:00.000Z'));
    const read = { ...pinnedDraft, version: 1 };
    const result = { stage: 'model_card' as const, checks: checks.slice(0, 1), outcomes: undefined };
    const { event } = recordStage(read, { ...result, attestation: anAttestation('model_card') });
    const change = { model: read.modelName, event, writes: [{ kind: 'expect' as const, entity: read }], intents: [] };
    await intake.store.commit(change, at('2026-11-20T10:00:00.000Z'));
  });
  const signatures = (query: string) => call(`/signatures?${query}`, {}, ['auditor']);

  it('are listed from the ledger, for days and for instants of any zone', async () => {
    const { sha256, uri } = anAttestation('model_card');
    const told = [{ of: 'model_card', sha256, uri, key_id: 'attestation-key', renewed_as: '' }];

    expect((await signatures('from=2026-11-20&until=2026-11-21')).body).toMatchObject({
      from: '2026-11-20T00:00:00.000Z',
      until: '2026-11-21T23:59:59.999Z',
      signatures: told,
    });
    expect((await signatures('from=2026-11-20&until=2026-11-20')).body).toMatchObject({ signatures: told });
    const zoned = `from=${encodeURIComponent('2026-11-20T11:00:00+01:00')}&until=2026-11-20T10:00:00Z`;
    expect((await signatures(zoned)).body).toMatchObject({ signatures: told });
    expect((await signatures('from=2026-11-21&until=2026-11-22')).body).toMatchObject({ signatures: [] });
  });

  it('are not asked for by an instant of a year that none of ours is in', async () => {
    const query = `from=${encodeURIComponent('0000-01-01T00:00:00+01:00')}&until=${encodeURIComponent('9999-12-31T23:59:59-23:00')}`;

    expect(await signatures(query)).toMatchObject({
      status: 422,
      body: { faults: [{ field: 'from' }, { field: 'until' }] },
    });
  });

  it('are asked for with two instants', async () => {
    expect(await signatures('from=yesterday')).toMatchObject({
      status: 422,
      body: { faults: [{ field: 'from', problem: 'must be an ISO 8601 date or time' }, { field: 'until' }] },
    });
  });
});
