import { beforeEach, describe, expect, it } from 'vitest';
import type { ParkedIntent } from '../../lib/domain/change/redrive.ts';
import { CONFIGURATION_CHAIN } from '../../lib/domain/ledger/event.ts';
import { anApi, callApi } from '../support/api.ts';
import { NOW } from '../support/approval-case.ts';
import { anIntake, type Intake } from '../support/intake.ts';

const PARKED: ParkedIntent = {
  rowId: 'credit:000000000007:2',
  partition: 'OUTBOX#send_approval_mail#1',
  sort: 'credit#000000000007#2',
  kind: 'send_approval_mail',
  chain: 'credit',
  about: 'apr-1 ana.silva',
  attempts: 10,
  lastError: 'MessageRejected: the address is not verified',
  parkedAt: NOW,
};
const VIEW = {
  row_id: PARKED.rowId,
  kind: 'send_approval_mail',
  chain: 'credit',
  about: 'apr-1 ana.silva',
  attempts: 10,
  last_error: PARKED.lastError,
  parked_at: NOW,
};
const ORDER = { reason: 'the sender is verified now' };
const ONE = `/outbox/parked/${PARKED.rowId}/redrive`;

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
});
const call = (path: string, groups: string[], body?: unknown) =>
  callApi(anApi(intake, { parked: async () => [PARKED] }), path, { username: 'olga', groups }, body);
const redrive = (path = ONE, body: unknown = ORDER, groups = ['operator']) => call(path, groups, body);
const events = () => intake.store.events(CONFIGURATION_CHAIN);

describe('parked side effects by the API', () => {
  it('are listed for everybody who may read', async () => {
    expect(await call('/outbox/parked', ['auditor'])).toEqual({ status: 200, body: { parked: [VIEW] } });
  });

  it.each([ONE, '/outbox/redrive'])('are redriven by operators, on record: %s', async (path) => {
    expect(await redrive(path)).toEqual({ status: 202, body: { redriven: [VIEW] } });
    expect((await events()).map(({ event }) => event)).toMatchObject([
      { event_type: 'outbox_redriven', actor_id: 'olga', reason: ORDER.reason },
    ]);
  });

  it('are redriven by nobody else', async () => {
    expect(await redrive(ONE, ORDER, ['auditor', 'releaser', 'approver'])).toMatchObject({ status: 403 });
    expect(await events()).toEqual([]);
  });

  it('are redriven only if they are parked', async () => {
    expect(await redrive('/outbox/parked/credit:000000000008:1/redrive')).toMatchObject({
      status: 404,
      body: { faults: [{ field: 'credit:000000000008:1', problem: 'is not parked' }] },
    });
  });

  it('are redriven for a reason', async () => {
    expect(await redrive(ONE, {})).toMatchObject({
      status: 422,
      body: { title: 'RequestInvalid', faults: [{ field: 'reason' }] },
    });
  });
});
