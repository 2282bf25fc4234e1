import { describe, expect, it } from 'vitest';
import { ACCESSES_PER_HOUR } from '../../../lib/domain/ledger/note-access.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { MemoryAccess } from '../../support/memory-access.ts';

const begun = async (at?: string): Promise<MemoryAccess> => {
  const memory = new MemoryAccess(at);
  await memory.run();
  return memory;
};

describe('an access is noted before anything is handed out', () => {
  it('with the instant, the person, the file and its digest', async () => {
    const memory = await begun();

    const access = await memory.note('ruth', 'credit-1/predictions');

    expect(access).toMatchObject({ at: '2026-11-29T12:58:00.000Z', who: 'ruth', what: 'credit-1/predictions' });
    expect([...memory.rows.keys()]).toEqual(['2026-11-29T12/ruth#0']);
  });

  it('or not at all, before it is known which hours take rows', async () => {
    await expect(new MemoryAccess().note('ruth', 'credit-1/predictions')).rejects.toThrow(Conflict);
  });

  it('in places of their own, when two windows ask at once', async () => {
    const memory = await begun();

    await Promise.all([memory.note('ruth', 'credit-1/predictions'), memory.note('ruth', 'credit-2/predictions')]);

    expect([...memory.rows.keys()]).toEqual(['2026-11-29T12/ruth#0', '2026-11-29T12/ruth#1']);
  });

  it('in the hour that takes rows, if the other was closed meanwhile', async () => {
    const memory = await begun('2026-11-29T12:59:59.990Z');
    let paused = 0;
    const pause = async () => {
      if (++paused !== 2) return;
      memory.pass(60_000);
      await memory.run();
    };

    const access = await memory.note('ruth', 'credit-1/predictions', pause);

    expect(memory.state?.open).toBe('2026-11-29T13');
    expect(access.at).toBe('2026-11-29T13:00:59.990Z');
  });
});

describe('the bound', () => {
  it(`refuses a person who was given ${ACCESSES_PER_HOUR} files in the hour, and nobody else`, async () => {
    const memory = await begun();
    for (let index = 0; index < ACCESSES_PER_HOUR; index += 1) await memory.note('ruth', `credit-${index}/predictions`);

    await expect(memory.note('ruth', 'credit-1/predictions')).rejects.toMatchObject({ code: 'AskedTooOften' });
    await memory.note('ru', 'credit-1/predictions');
    memory.pass(3_600_000);
    await memory.note('ruth', 'credit-1/predictions');

    expect(memory.answered).toHaveLength(ACCESSES_PER_HOUR + 2);
  });

  it('holds for any number of windows at once', async () => {
    const memory = await begun();
    const asked = Array.from({ length: 3 * ACCESSES_PER_HOUR }, (_, index) =>
      memory.note('ruth', `c-${index}/predictions`),
    );

    await Promise.allSettled(asked);

    expect(memory.rows.size).toBe(memory.answered.length);
    expect(memory.rows.size).toBeLessThanOrEqual(ACCESSES_PER_HOUR);
  });
});
