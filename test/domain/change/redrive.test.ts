import { describe, expect, it } from 'vitest';
import { type ParkedIntent, type RedriveClaim, redriveParked } from '../../../lib/domain/change/redrive.ts';
import { CONFIGURATION_CHAIN, EVENT_MAX_BYTES, eventBytes } from '../../../lib/domain/ledger/event.ts';
import { NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';

const row = (index: number): ParkedIntent => ({
  rowId: `credit:${String(index).padStart(12, '0')}:1`,
  partition: 'OUTBOX#send_approval_mail#1',
  sort: `credit#${String(index).padStart(12, '0')}#1`,
  kind: 'send_approval_mail',
  chain: 'credit',
  about: 'apr-1 ana.silva',
  attempts: 10,
  lastError: 'MessageRejected: the address is not verified',
});
const [first, second, third] = [row(1), row(2), row(3)];
const CLAIM = { actor: { id: 'olga', role: 'operator', auth: 'jwt' }, reason: 'the sender is verified now' };

const scene = (parked: readonly ParkedIntent[] = [first, second, third]) => {
  const store = memoryReleaseStore();
  const redrive = (rows: RedriveClaim['rows']) =>
    redriveParked(
      { ...CLAIM, rows },
      {
        store,
        now: () => NOW,
        parked: async () => (rows === 'all' ? parked : Promise.reject(new Error('nobody asked for all'))),
        parkedAt: async (rowId) => parked.filter((one) => one.rowId === rowId),
      },
    );
  const events = async () => (await store.events(CONFIGURATION_CHAIN)).map(({ event }) => event);
  const noted = () => store.outbox.map(({ intent }) => intent).filter(({ kind }) => kind === 'redrive_intent');
  return { redrive, events, noted };
};

describe('a redrive of what is parked', () => {
  it('is noted for the rows that were named, and on record with who and why', async () => {
    const { redrive, events, noted } = scene();

    expect(await redrive([first.rowId, third.rowId])).toEqual([first, third]);

    expect(noted()).toEqual([first, third].map(({ partition, sort }) => ({ kind: 'redrive_intent', partition, sort })));
    expect(await events()).toMatchObject([
      {
        event_type: 'outbox_redriven',
        actor_id: 'olga',
        actor_role: 'operator',
        reason: CLAIM.reason,
        details: {
          count: 2,
          rows: [first, third].map(({ rowId }) => ({ row_id: rowId, kind: 'send_approval_mail', attempts: 10 })),
        },
      },
    ]);
  });

  it('of everything takes as many events as transactions have room for', async () => {
    const many = Array.from({ length: 120 }, (_, index) => row(index));
    const { redrive, events, noted } = scene(many);

    await redrive('all');

    expect(noted()).toHaveLength(120);
    const written = await events();
    expect(written.map(({ details }) => details['count'])).toEqual([50, 50, 20]);
    for (const event of written) expect(eventBytes(event).length).toBeLessThan(EVENT_MAX_BYTES);
    expect(new Set(written.map((event) => event.idempotency_key)).size).toBe(3);
  });

  it('of everything is nothing where nothing is parked', async () => {
    const { redrive, events } = scene([]);

    expect(await redrive('all')).toEqual([]);
    expect(await events()).toEqual([]);
  });

  it('is refused whole, with each row that is not parked', async () => {
    const { redrive, events } = scene();

    await expect(redrive([first.rowId, 'credit:000000000009:1'])).rejects.toMatchObject({
      code: 'NotFound',
      message: 'nothing was changed, because this is not parked: credit:000000000009:1',
      violations: [{ field: 'credit:000000000009:1', problem: 'is not parked' }],
    });
    expect(await events()).toEqual([]);
  });
});
