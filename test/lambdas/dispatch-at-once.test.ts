import { describe, expect, it } from 'vitest';
import { dispatch, noteDone } from '../../lambdas/dispatch-outbox/dispatch.ts';
import type { Outbox, OutboxRow } from '../../lib/adapters/dynamodb-outbox.ts';
import type { Intent } from '../../lib/domain/change/change.ts';
import { NOW } from '../support/approval-case.ts';
import { failing, dispatching as scene } from '../support/memory-outbox.ts';

describe('what takes one call', () => {
  const started = (sk: string): Intent => ({ kind: 'start_execution', machine: 'release', name: sk, input: '{}' });

  it('is carried out without a lease, each row once, and noted by whoever asked', async () => {
    const { outbox, atOnce } = scene();
    for (const sk of ['a', 'b']) outbox.note(sk, 0, started(sk));

    const done = await atOnce([...outbox.rows.values(), ...outbox.rows.values()]);

    expect(done.map(({ sk }) => sk)).toEqual(['a', 'b']);
    expect(outbox.asked).toEqual(['read 2']);
    expect([...outbox.rows.values()].map(({ done: at }) => at)).toEqual([undefined, undefined]);
    await noteDone(done, { outbox, now: () => NOW });
    expect([...outbox.rows.values()].map(({ done: at }) => at)).toEqual([NOW, NOW]);
  });

  it('is put off if it fails, and nobody is to note it', async () => {
    const { outbox, atOnce, failures } = scene(failing(new Error('throttled')));
    outbox.note('a', 0, started('a'));

    expect(await atOnce()).toEqual([]);

    expect(failures).toMatchObject([{ isParked: false }]);
    expect(outbox.rows.get('a')).toMatchObject({ attempts: 1 });
  });
});

describe('a single row', () => {
  it('that needs no lease is read, and no other way taken', async () => {
    const { outbox, run } = scene();
    outbox.note('a', 0, { kind: 'sync_registry', releaseId: 'a' });

    await run();

    expect(outbox.asked).toEqual(['claim 1']);
    expect(outbox.rows.get('a')).toMatchObject({ done: NOW });
  });
});

describe('a mail', () => {
  it('is noted with the id that SES gave it', async () => {
    const { outbox, work } = scene();
    const row = outbox.note('a', 0, { kind: 'send_approval_mail', requestId: 'apr', personId: 'ana.silva' });
    const noted: OutboxRow[] = [];
    const complete: Outbox['complete'] = async (done) => {
      noted.push(done);
    };
    const { claim, postpone, due, redrive, readDue, claimTogether, completeTogether } = outbox;
    const ports = { claim, postpone, due, redrive, readDue, claimTogether, completeTogether, complete };

    await dispatch([row], { ...work, outbox: ports, perform: async () => 'id-1' });

    expect(noted).toMatchObject([{ sk: 'a', message_id: 'id-1' }]);
  });
});
