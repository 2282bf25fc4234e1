import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { busyReason, hasExecution, lateReason, mayWait } from '../../../lib/domain/records/rollback.ts';
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
