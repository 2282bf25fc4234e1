import { expect, it } from 'vitest';
import { ApiRefusal } from '../../../lib/cli/client/api.ts';
import { untilEnded } from '../../../lib/cli/client/until-ended.ts';

const watching = async (answers: readonly (string | Error)[]) => {
  const left = [...answers];
  const shown: string[] = [];
  const waits: number[] = [];
  const outcome = await untilEnded({
    read: async () => {
      const answer = left.shift();
      if (typeof answer === 'string') return answer;
      throw answer;
    },
    hasEnded: (found) => found === 'end',
    show: (found) => shown.push(found),
    wait: async (milliseconds) => void waits.push(milliseconds),
    now: () => waits.reduce((sum, milliseconds) => sum + milliseconds, 0),
  }).catch((error: Error) => error.message);
  return { outcome, shown, waits };
};
const away = new Error('could not reach it');

it('shows each change once, and waits longer while there is none', async () => {
  expect(await watching(['a', 'a', 'a', 'b', 'end'])).toEqual({
    outcome: 'end',
    shown: ['a', 'b', 'end'],
    waits: [1000, 1500, 2250, 1000],
  });
  expect(Math.max(...(await watching([...Array(30).fill('a'), 'end'])).waits)).toBe(30_000);
});

it('goes on when the connection comes back within ten minutes, however many looks failed', async () => {
  const gone = (looks: number) => Array<Error>(looks).fill(away);

  expect(await watching(['a', ...gone(20), 'b', ...gone(20), 'end'])).toMatchObject({ outcome: 'end' });
  const { outcome, waits } = await watching(['a', ...gone(100), 'end']);
  expect(outcome).toBe('could not reach it');
  expect(waits.reduce((sum, milliseconds) => sum + milliseconds)).toBeGreaterThan(600_000);
});

it('gives up soon where nothing could be read yet: the address may be wrong', async () => {
  expect(await watching([away, away, away, away, 'end'])).toMatchObject({ outcome: 'end' });
  expect(await watching([away, away, away, away, away, 'end'])).toMatchObject({ outcome: 'could not reach it' });
});

it('gives up at its limit, with a last look there', async () => {
  let clock = 0;
  const looks: number[] = [];
  const waiting = untilEnded({
    read: async () => looks.push(clock),
    hasEnded: () => false,
    show: () => undefined,
    wait: async (milliseconds) => {
      clock += milliseconds;
    },
    now: () => clock,
    limitMs: 2_500,
  });

  await expect(waiting).rejects.toThrow('there is no outcome yet');
  expect(looks).toEqual([0, 1000, 2000, 2500]);
});

it('ends at a refusal', async () => {
  expect(await watching([new ApiRefusal('NotFound', 'it is gone', [])])).toEqual({
    outcome: 'it is gone',
    shown: [],
    waits: [],
  });
});
