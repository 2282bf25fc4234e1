import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { progressOf, sizeInWords, whileWorking } from '../../../lib/cli/terminal/progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('progress', () => {
  it('is told once work has taken a while, and then seldom', () => {
    const said: string[] = [];
    const advance = progressOf((text) => said.push(text), 'hashing', 4_000_000);

    advance(1_000_000);
    vi.advanceTimersByTime(2_000);
    advance(1_000_000);
    advance(1_000_000);
    vi.advanceTimersByTime(5_000);
    advance(1_000_000);

    expect(said).toEqual(['hashing: 50 % of 4.0 MB', 'hashing: 100 % of 4.0 MB']);
  });

  it('of work that cannot tell how far it is is its name', async () => {
    const said: string[] = [];
    const work = Promise.withResolvers<string>();

    const waiting = whileWorking((text) => said.push(text), 'checking', work.promise);
    vi.advanceTimersByTime(2_000);
    work.resolve('done');

    expect(await waiting).toBe('done');
    expect(said).toEqual(['checking …']);
  });

  it('of short work is nothing', async () => {
    const said: string[] = [];

    await whileWorking((text) => said.push(text), 'checking', Promise.resolve());
    vi.advanceTimersByTime(60_000);

    expect(said).toEqual([]);
  });
});

it.each([
  [0, '0 bytes'],
  [598, '598 bytes'],
  [15_700, '15.7 kB'],
  [5_000_000_000_000, '5000.0 GB'],
])('%d bytes are %s', (bytes, words) => {
  expect(sizeInWords(bytes)).toBe(words);
});
