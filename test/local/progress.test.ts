import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { progressLines } from '../../local/progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('is never silent for longer than ten seconds while something is under way', () => {
  const lines: string[] = [];
  const { say, begin, end } = progressLines((text) => lines.push(text));

  say('synthesizing the app');
  vi.advanceTimersByTime(25_000);
  say('deploying');
  begin('1.1.0 is promoted');
  vi.advanceTimersByTime(9_999);
  say('done');
  begin('ending the local AWS');
  vi.advanceTimersByTime(10_000);
  end();
  vi.advanceTimersByTime(60_000);

  expect(lines).toEqual([
    '   0.0 s  synthesizing the app\n',
    '  10.0 s    still synthesizing the app\n',
    '  20.0 s    still synthesizing the app\n',
    '  25.0 s  deploying\n',
    '  35.0 s  done\n',
    '  45.0 s    still ending the local AWS\n',
  ]);
});
