import { describe, expect, it } from 'vitest';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import {
  busyReason,
  hasExecution,
  isOrderNoted,
  lateReason,
  mayWait,
  whileBusy,
} from '../../../lib/domain/records/rollback.ts';
import { NOW } from '../../support/approval-case.ts';
import { aRollback } from '../../support/release-life.ts';

describe('a rollback that has to wait', () => {
  it.each([
    ['order', 1],
    ['switch', 2],
    ['restoration', 3],
    ['execution', 4],
  ] as const)('waits for its %s for less than %i hours from when it was asked for', (what, hours) => {
    const waitsAfter = (milliseconds: number) =>
      mayWait(aRollback({ requestedAt: NOW }), what, plusMilliseconds(NOW, milliseconds));

    expect(waitsAfter(0)).toBe(true);
    expect(waitsAfter(hours * HOUR_MS - 1)).toBe(true);
    expect(waitsAfter(hours * HOUR_MS)).toBe(false);
  });

  it('waits for a strategy to end, and an hour for what SageMaker does then', () => {
    const endsBy = plusMilliseconds(NOW, 8 * HOUR_MS);
    const waited = (milliseconds: number, [end]: readonly Instant[] = [endsBy]) =>
      whileBusy(aRollback({ requestedAt: NOW }), end, plusMilliseconds(NOW, milliseconds));

    expect(waited(HOUR_MS - 1, [])).toBe('busy');
    expect(waited(HOUR_MS, [])).toBe('late');
    expect(waited(HOUR_MS - 1)).toBe('busy');
    expect([waited(HOUR_MS), waited(9 * HOUR_MS - 1), waited(9 * HOUR_MS)]).toEqual([
      'still_busy',
      'still_busy',
      'late',
    ]);
  });

  it('waits for what began after it was asked for, however often that is something else, and never for ever', () => {
    const waited = (rollback: Parameters<typeof aRollback>[0], after: number, ended: number) =>
      whileBusy(
        aRollback({ requestedAt: NOW, ...rollback }),
        plusMilliseconds(NOW, ended * HOUR_MS),
        plusMilliseconds(NOW, after * HOUR_MS),
      );

    // An alarm took the traffic back after two and a half hours, of four.
    expect(waited({}, 2.6, 2.5)).toBe('still_busy');
    // SageMaker did something else between the record of the order and the order.
    expect(waited({ switchOrderedAt: plusMilliseconds(NOW, 2.5 * HOUR_MS) }, 2.6, 2.5)).toBe('still_busy');
    expect([waited({}, 9.9, 9.5), waited({}, 10, 9.5)]).toEqual(['still_busy', 'late']);
  });

  it.each([
    ['a former version', {}, 'fallback', false],
    ['nobody', { switchOrderedAt: NOW }, 'other', false],
    ['an earlier call', { switchOrderedAt: NOW }, 'fallback', true],
    ['one that SageMaker did not take', { switchOrderedAt: plusMilliseconds(NOW, -HOUR_MS / 2) }, 'fallback', false],
  ])('knows an order of %s', (_, changes, name, expected) => {
    expect(isOrderNoted(aRollback({ endpointConfigName: 'fallback', ...changes }), name, NOW)).toBe(expected);
  });

  it('has its time after an order that came late', () => {
    const ordered = aRollback({ requestedAt: NOW, switchOrderedAt: plusMilliseconds(NOW, 8 * HOUR_MS) });
    const mayAfter = (milliseconds: number) => mayWait(ordered, 'switch', plusMilliseconds(NOW, milliseconds));

    expect([mayAfter(9 * HOUR_MS - 1), mayAfter(9 * HOUR_MS)]).toEqual([true, false]);
    const atOnce = aRollback({ requestedAt: NOW, switchOrderedAt: plusMilliseconds(NOW, 1) });
    expect(mayWait(atOnce, 'switch', plusMilliseconds(NOW, 2 * HOUR_MS))).toBe(false);
  });

  it('then says what prevents it', () => {
    expect(busyReason('mortgage').explanation).toContain(
      'endpoint mortgage has been updating to another configuration',
    );
    expect(lateReason('mortgage').explanation).toContain('endpoint mortgage was not updated to the fallback');
  });
});

it.each([
  ['requested', 0, true],
  ['paused', 0, true],
  ['requested', 4 * HOUR_MS, false],
  ['refused', 0, false],
  ['executed', 0, false],
])('a rollback that is %s may have an execution after %i ms: %s', (status, after, expected) => {
  const rollback = aRollback({ status, requestedAt: NOW });

  expect(hasExecution(rollback, plusMilliseconds(NOW, after))).toBe(expected);
  expect(hasExecution(undefined, NOW)).toBe(false);
});
