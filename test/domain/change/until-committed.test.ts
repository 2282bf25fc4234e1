import { describe, expect, it } from 'vitest';
import { untilCommitted } from '../../../lib/domain/change/until-committed.ts';
import { Conflict, Refusal, type RefusalCode, unreachable } from '../../../lib/domain/refusal.ts';

/** Fails this many times, and then succeeds. */
const failing = (times: number, error: Error) => {
  const runs: number[] = [];
  const run = async () => {
    runs.push(runs.length + 1);
    if (runs.length <= times) throw error;
    return `run ${runs.length}`;
  };
  return { run, runs };
};

describe('judging until it is committed', () => {
  it.each([0, 1, 4])('judges again after %i conflicts, and the last judgement holds', async (times) => {
    const { run, runs } = failing(times, new Conflict('somebody was faster'));

    expect(await untilCommitted(run)).toBe(`run ${times + 1}`);
    expect(runs).toHaveLength(times + 1);
  });

  it('gives up after the fifth conflict, with that conflict', async () => {
    const { run, runs } = failing(5, new Conflict('somebody was faster'));

    await expect(untilCommitted(run)).rejects.toThrow(Conflict);
    expect(runs).toHaveLength(5);
  });

  it.each([new Refusal('NotFound', 'no'), new Error('broken')])('does not try %s again', async (error) => {
    const { run, runs } = failing(1, error);

    await expect(untilCommitted(run)).rejects.toBe(error);
    expect(runs).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it.each<RefusalCode>(['ManifestInvalid', 'QuorumImpossible', 'LedgerInvalid'])(
    'bears its code as its name, so that a minifier cannot change it: %s',
    (code) => {
      const cause = new Error('why');
      const refusal = new Refusal(code, 'no', [{ field: 'f', problem: 'p' }], { cause });

      expect(refusal).toMatchObject({
        name: code,
        code,
        message: 'no',
        violations: [{ field: 'f', problem: 'p' }],
        cause,
      });
      expect(String(refusal)).toBe(`${code}: no`);
    },
  );

  it('is no conflict, and a conflict is no refusal', () => {
    expect(new Refusal('NotFound', 'no')).not.toBeInstanceOf(Conflict);
    expect(new Conflict('faster', { cause: 'x' })).toMatchObject({ name: 'Conflict', cause: 'x' });
  });
});

describe('a branch that cannot be reached', () => {
  it('fails loudly when it is', () => {
    expect(() => unreachable({ kind: 'new' } as never)).toThrow('unreachable: {"kind":"new"}');
  });
});
