import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessBytes } from '../../../lib/domain/ledger/access.ts';
import { ACCESS_WRITES, MemoryAccess } from '../../support/memory-access.ts';

const MINUTE = 60_000;

const lines = ({ answered }: MemoryAccess): string[] =>
  Buffer.from(accessBytes(answered)).toString().trimEnd().split('\n').filter(Boolean).toSorted();

/** A run each minute, as the schedule has it. One may crash. */
const minutes = async (memory: MemoryAccess, count: number): Promise<void> => {
  for (let minute = 0; minute < count; minute += 1) {
    memory.pass(MINUTE);
    await memory.run().catch((error: unknown) => expect(String(error)).toContain(' broke '));
  }
};

const twoHours = async (): Promise<MemoryAccess> => {
  const memory = new MemoryAccess();
  await memory.run();
  await memory.note('ruth', 'credit-1/predictions');
  await memory.note('ana', 'credit-1/predictions');
  memory.pass(5 * MINUTE);
  await memory.note('ruth', 'credit-1/perturbed_predictions');
  return memory;
};

describe('accesses are gathered', () => {
  it('into one object for each hour that is over, and its rows go a day later', async () => {
    const memory = await twoHours();
    await minutes(memory, 4);

    expect([...memory.bucket.keys()]).toEqual(['access/v1/dt=2026-11-29/12.ndjson']);
    expect(memory.rows.size).toBe(3);
    await minutes(memory, 60);
    expect(memory.lines()).toEqual(lines(memory));
    expect([...memory.bucket.keys()].at(-1)).toBe('access/v1/dt=2026-11-29/13.ndjson');
    memory.pass(24 * 60 * MINUTE);
    expect(memory.rows.size).toBe(0);
  });

  it('never before the hour is closed: then no row can come after its object', async () => {
    const memory = await twoHours();
    for (let minute = 0; minute < 10; minute += 1) {
      await minutes(memory, 1);
      for (const key of memory.bucket.keys()) {
        expect(memory.state?.open.slice(11) ?? '').toMatch(/13|14/);
        expect(key).toContain('/12.ndjson');
      }
    }
  });

  it('without what is no line of them, which is said once, and goes with the rows of its hour (ADR 0087)', async () => {
    const memory = await twoHours();
    memory.unread.set('2026-11-29T12', 2);
    memory.unread.set('2026-11-29T14', 1);
    await minutes(memory, 130);

    expect([...memory.bucket.keys()]).toEqual(['12', '13'].map((hour) => `access/v1/dt=2026-11-29/${hour}.ndjson`));
    expect(memory.lines()).toEqual(lines(memory));
    expect(memory.told).toEqual([
      'access/v1/dt=2026-11-29/12.ndjson is without 2 rows that are no lines of it',
      'access/v1/dt=2026-11-29/14.ndjson is without 1 rows that are no lines of it',
    ]);
    expect(memory.state).toMatchObject({ next: '2026-11-29T15', kept: '2026-11-29T15' });
  });

  it('with no object for an hour in which nobody was given anything', async () => {
    const memory = new MemoryAccess();
    await memory.run();
    await minutes(memory, 600);
    const { version = 0 } = memory.state ?? {};

    expect(memory.bucket.size).toBe(0);
    // An hour costs two writes: it is closed, and passed over.
    expect(version).toBeLessThanOrEqual(1 + 2 * 11);
  });

  it('one object a minute at most, also when many hours have waited and runs come all the time', async () => {
    const memory = new MemoryAccess();
    await memory.run();
    for (let hour = 0; hour < 8; hour += 1) {
      await memory.note('ruth', `credit-${hour}/predictions`);
      memory.pass(60 * MINUTE);
    }
    for (let second = 0; second < 3600; second += 5) {
      memory.pass(5000);
      await memory.run();
    }

    expect(memory.puts).toHaveLength(8);
    for (const [index, put] of memory.puts.entries()) {
      const before = memory.puts[index - 1];
      if (before !== undefined) expect(Date.parse(put) - Date.parse(before)).toBeGreaterThanOrEqual(MINUTE);
    }
    expect(memory.lines()).toEqual(lines(memory));
  });

  it.each(ACCESS_WRITES.flatMap((at) => (['unwritten', 'written'] as const).map((when) => ({ at, when }))))(
    'once and completely, if it crashes at $at, $when',
    async (fault) => {
      const memory = await twoHours();
      memory.fault = fault;
      await minutes(memory, 90);

      expect(memory.fault).toBeUndefined();
      expect(memory.lines()).toEqual(lines(memory));
      expect(lines(memory)).toHaveLength(3);
    },
  );

  it('once and completely, whatever two runs at once, answers and a crash do to each other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.constantFrom(
          undefined,
          ...ACCESS_WRITES.flatMap((at) => [
            { at, when: 'unwritten' as const },
            { at, when: 'written' as const },
          ]),
        ),
        async (scheduler, fault) => {
          const memory = new MemoryAccess('2026-11-29T12:59:00.000Z');
          await memory.run();
          memory.fault = fault;
          const pause = () => scheduler.schedule(Promise.resolve());
          const asked = Array.from({ length: 8 }, (_, round) => [
            memory.run(pause),
            memory.note(round % 2 === 0 ? 'ruth' : 'ana', `credit-${round}/predictions`, pause),
            memory.run(pause),
            scheduler.schedule(Promise.resolve()).then(() => memory.pass(MINUTE)),
          ]).flat();
          await scheduler.waitFor(Promise.allSettled(asked));
          await minutes(memory, 130);

          expect(memory.lines()).toEqual(lines(memory));
        },
      ),
      { numRuns: 100 },
    );
  });
});
