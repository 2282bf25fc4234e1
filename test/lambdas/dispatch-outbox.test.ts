import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ATTEMPTS } from '../../lambdas/dispatch-outbox/dispatch.ts';
import { LEASED_TOGETHER_MAX } from '../../lib/adapters/dynamodb-leases.ts';
import { LedgerTampered } from '../../lib/adapters/s3-ledger-store.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import { NOW } from '../support/approval-case.ts';
import { failing, dispatching as scene } from '../support/memory-outbox.ts';

describe('dispatching what is due', () => {
  it('carries each thing out and notes that it is done', async () => {
    const { outbox, performed, run } = scene();
    for (const sk of ['a', 'b', 'c']) outbox.note(sk);

    await run();

    expect(performed.toSorted()).toEqual(['a', 'b', 'c']);
    expect([...outbox.rows.values()].map(({ done }) => done)).toEqual([NOW, NOW, NOW]);
  });

  it('leaves alone what is done, held, or not due', async () => {
    const { outbox, performed, run } = scene();
    await outbox.complete(outbox.note('done'), NOW);
    await outbox.claim(outbox.note('held'), NOW);
    Object.assign(outbox.note('later'), { dueAt: plusMilliseconds(NOW, 1) });

    await run(
      NOW,
      ['done', 'held', 'later', 'nowhere'].map((sk) => ({ pk: 'OUTBOX#0', sk })),
    );

    expect(performed).toEqual([]);
  });

  it('by two dispatchers at once happens once', async () => {
    const { outbox, performed, run } = scene();
    outbox.note('a');

    await Promise.all([run(), run(), run()]);

    expect(performed).toEqual(['a']);
  });

  it('is not stopped by one thing that fails', async () => {
    const { outbox, run } = scene(async (sk) => {
      if (sk === 'b') throw new Error('throttled');
    });
    for (const sk of ['a', 'b', 'c']) outbox.note(sk);

    await run();

    expect([...outbox.rows.values()].map(({ done }) => done !== undefined)).toEqual([true, false, true]);
  });
});

describe('what fails', () => {
  it('is postponed and logged, with the error', async () => {
    const error = new TypeError('socket hang up');
    const { outbox, failures, run } = scene(failing(error));
    outbox.note('a');

    await run();

    expect(outbox.rows.get('a')).toMatchObject({ attempts: 1, error: 'TypeError: socket hang up', isHeld: false });
    expect(failures).toEqual([{ sk: 'a', error, isParked: false }]);
  });

  it.each([
    [0, 2_000],
    [1, 4_000],
    [6, 128_000],
    [7, 256_000],
    [8, 300_000],
  ])('after %i attempts comes back within %i ms, at a random instant', async (attempts, bound) => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (random) => {
        const { outbox, run } = scene(failing(new Error('throttled')), random);
        outbox.note('a', attempts);

        await run();

        const { dueAt = NOW } = outbox.rows.get('a') ?? {};
        const delay = Date.parse(dueAt) - Date.parse(NOW);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(bound);
        expect(Math.abs(delay - bound * random)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 20 },
    );
  });

  it('ten times is parked for a person, and never dropped', async () => {
    const { outbox, failures, parked, run } = scene(failing(new Error('gone')));
    outbox.note('a');
    let now = NOW;

    for (let attempt = 1; attempt <= 12; attempt += 1) {
      await run(now);
      now = plusMilliseconds(now, 600_000);
    }

    expect(failures.map(({ isParked }) => isParked)).toEqual([...Array(MAX_ATTEMPTS - 1).fill(false), true]);
    expect(parked).toEqual(['a']);
    expect(outbox.rows.get('a')).toMatchObject({ attempts: MAX_ATTEMPTS, dueAt: undefined, error: 'Error: gone' });
    expect(outbox.rows.get('a')).not.toHaveProperty('done');
  });

  it('because somebody tampered with the ledger is parked at once', async () => {
    const { outbox, failures, run } = scene(failing(new LedgerTampered('events/v1/1.json')));
    outbox.note('a');

    await run();

    expect(failures).toMatchObject([{ isParked: true }]);
    expect(outbox.rows.get('a')).toMatchObject({
      attempts: 1,
      dueAt: undefined,
      error: 'LedgerTampered: the audit bucket holds other bytes under events/v1/1.json',
    });
  });

  it('without an error is put off all the same', async () => {
    const { outbox, run } = scene(failing('thrown text'));
    outbox.note('a');

    await run();

    expect(outbox.rows.get('a')).toMatchObject({ attempts: 1, error: 'thrown text' });
  });
});

describe('a crash after something was carried out', () => {
  it('is carried out again after the lease', async () => {
    const { outbox, performed, run } = scene();
    outbox.note('a');
    outbox.dieBeforeComplete = true;
    await expect(run()).rejects.toThrow('the function died');

    await run();
    expect(performed).toEqual(['a']);

    outbox.dieBeforeComplete = false;
    outbox.release();
    await run();
    expect(performed).toEqual(['a', 'a']);
    expect(outbox.rows.get('a')).toMatchObject({ attempts: 0, done: NOW });
  });
});

describe('rows that came together', () => {
  it('are leased by one call and noted by another, each once', async () => {
    const { outbox, performed, run } = scene();
    for (const sk of ['a', 'b', 'c']) outbox.note(sk);

    await run(NOW, [...outbox.rows.values(), ...outbox.rows.values()]);

    expect(performed.toSorted()).toEqual(['a', 'b', 'c']);
    expect(outbox.asked).toEqual(['claim 3', 'complete 3']);
  });

  it('are leased in several calls if they are many', async () => {
    const { outbox, performed, run } = scene();
    for (let row = 0; row <= LEASED_TOGETHER_MAX; row += 1) outbox.note(String(row));

    await run();

    expect(performed).toHaveLength(LEASED_TOGETHER_MAX + 1);
    expect(outbox.asked).toEqual([`claim ${LEASED_TOGETHER_MAX}`, `complete ${LEASED_TOGETHER_MAX}`]);
    expect([...outbox.rows.values()].every(({ done }) => done === NOW)).toBe(true);
  });

  it('are dispatched one by one if another dispatcher is faster with one of them', async () => {
    const { outbox, performed, run } = scene();
    for (const sk of ['a', 'b', 'c']) outbox.note(sk);
    await outbox.claim(outbox.note('held'), NOW);
    outbox.isContested = true;

    await run();

    expect(performed.toSorted()).toEqual(['a', 'b', 'c']);
    expect([...outbox.rows.values()].map(({ done }) => done)).toEqual([NOW, NOW, NOW, undefined]);
  });

  it('are noted one by one if they cannot be noted together', async () => {
    const { outbox, run } = scene(async () => {
      outbox.isContested = true;
    });
    for (const sk of ['a', 'b']) outbox.note(sk);

    await run();

    expect(outbox.asked).toEqual(['claim 2', 'complete 2']);
    expect([...outbox.rows.values()].map(({ done }) => done)).toEqual([NOW, NOW]);
  });

  it('are noted together without those that fail', async () => {
    const { outbox, run } = scene(async (sk) => {
      if (sk === 'b') throw new Error('throttled');
    });
    for (const sk of ['a', 'b', 'c']) outbox.note(sk);

    await run();

    expect(outbox.asked).toEqual(['claim 3', 'complete 2']);
    expect(outbox.rows.get('b')).toMatchObject({ attempts: 1, error: 'Error: throttled', isHeld: false });
  });

  it('that reach a person are noted before the others have ended, so that a crash repeats no mail', async () => {
    const { outbox, run } = scene(async (sk) => {
      if (sk !== 'slow') return;
      while (outbox.rows.get('mail')?.done === undefined) await new Promise(setImmediate);
    });
    outbox.note('slow');
    outbox.note('mail', 0, { kind: 'send_notice', releaseId: 'mail', outcome: 'rejected', personId: 'ana.silva' });

    await run();

    expect([...outbox.rows.values()].map(({ done }) => done)).toEqual([NOW, NOW]);
  });

  it('are all carried out and noted, though a person cannot be told of one that is parked', async () => {
    const { outbox, run, cannotTell } = scene(async (sk) => {
      if (sk === 'a') throw new LedgerTampered('events/v1/1.json');
    });
    cannotTell();
    for (const sk of ['a', 'b', 'c']) outbox.note(sk);

    await expect(run()).rejects.toThrow('nobody hears of a');

    expect([...outbox.rows.values()].map(({ done }) => done)).toEqual([undefined, NOW, NOW]);
  });

  it('are all carried out again after the lease if the function dies before they are noted', async () => {
    const { outbox, performed, run } = scene();
    for (const sk of ['a', 'b']) outbox.note(sk);
    outbox.dieBeforeComplete = true;
    await expect(run()).rejects.toThrow('the function died');

    outbox.dieBeforeComplete = false;
    outbox.release();
    await run();

    expect(performed).toEqual(['a', 'b', 'a', 'b']);
    expect([...outbox.rows.values()].map(({ done }) => done)).toEqual([NOW, NOW]);
  });
});

describe('a row that another version noted', () => {
  it('is not carried out, and is parked for a person like anything else that fails', async () => {
    const { outbox, performed, failures, run } = scene();
    Object.assign(outbox.note('later', MAX_ATTEMPTS - 1), {
      pk: 'OUTBOX#notify_regulator#0',
      intent: { kind: 'notify_regulator', releaseId: 'later' },
    });

    await run();

    expect(performed).toEqual([]);
    expect(failures).toMatchObject([{ sk: 'later', isParked: true }]);
    expect(outbox.rows.get('later')).toMatchObject({ attempts: MAX_ATTEMPTS, dueAt: undefined });
  });
});

describe('an intent that lies in the partition of another kind', () => {
  it('was written by a role that may not write its kind: it is parked at once, and not carried out', async () => {
    const { outbox, performed, failures, run } = scene();
    Object.assign(outbox.note('forged'), { pk: 'OUTBOX#ship_event#0' });

    await run();

    expect(performed).toEqual([]);
    expect(failures).toMatchObject([{ isParked: true }]);
    expect(outbox.rows.get('forged')).toMatchObject({
      dueAt: undefined,
      error: 'IntentForged: expire_approval lies in OUTBOX#ship_event#0',
    });
  });

  it('is carried out where a former version kept intents of all kinds, because no role may write there', async () => {
    const { outbox, performed, run } = scene();
    Object.assign(outbox.note('former'), { pk: 'OUTBOX#3' });

    await run();

    expect(performed).toEqual(['former']);
  });
});
