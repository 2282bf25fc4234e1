import { expect, it } from 'vitest';
import { notedBeside } from '../../lambdas/dispatch-outbox/noted-beside.ts';
import { LEASED_TOGETHER_MAX } from '../../lib/adapters/dynamodb-leases.ts';
import type { OutboxRow } from '../../lib/adapters/dynamodb-outbox.ts';
import { NOW } from '../support/approval-case.ts';

const rowsOf = (count: number): OutboxRow[] =>
  Array.from({ length: count }, (_, index) => ({
    pk: 'OUTBOX#publish_event#0',
    sk: String(index),
    intent: { kind: 'publish_event' },
    attempts: 0,
  }));
const scene = (done: Promise<readonly OutboxRow[]>, isNoted = true) => {
  const noted: number[] = [];
  const beside = notedBeside(done, {
    note: async (_events, _now, rows = []) => {
      noted.push(rows.length);
      return isNoted;
    },
  });
  return { ...beside, noted };
};

it('is noted with the first events, and no second time', async () => {
  const { note, left, noted } = scene(Promise.resolve(rowsOf(2)));

  expect([await note([], NOW), await note([], NOW)]).toEqual([true, true]);

  expect(noted).toEqual([2, 0]);
  expect(await left()).toEqual([]);
});

it('is left over where no events ship, where they could not be noted, and beyond what a transaction takes', async () => {
  const [none, failed] = [scene(Promise.resolve(rowsOf(2))), scene(Promise.resolve(rowsOf(2)), false)];
  const many = scene(Promise.resolve(rowsOf(LEASED_TOGETHER_MAX + 1)));

  expect([await failed.note([], NOW), await many.note([], NOW)]).toEqual([false, true]);

  expect([await none.left(), await failed.left(), await many.left()].map(({ length }) => length)).toEqual([2, 2, 1]);
});

it('keeps no events waiting if it could not be read, and says so to whoever asks for what is left', async () => {
  const { note, left, noted } = scene(Promise.reject(new Error('throttled')));

  expect(await note([], NOW)).toBe(true);

  expect(noted).toEqual([0]);
  await expect(left()).rejects.toThrow('throttled');
});
