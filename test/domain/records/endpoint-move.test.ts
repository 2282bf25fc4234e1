import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import {
  endpointToClose,
  isMoving,
  isStuck,
  mayWaitOn,
  moveProblem,
} from '../../../lib/domain/records/endpoint-move.ts';
import { NOW } from '../../support/approval-case.ts';
import { aMove } from '../../support/release-life.ts';

const settled = { settledAt: NOW };
const hours = (count: number) => plusMilliseconds(NOW, count * HOUR_MS);

describe('a move', () => {
  it.each([
    ['requested', true],
    ['of_another_version', true],
    ['moved', false],
    ['refused', false],
  ])('that is %s may still flip the pointer: %s', (status, may) => {
    expect(isMoving(aMove({ status }))).toBe(may);
  });

  it('closes its former endpoint after the flip, and its new one if there was none', () => {
    expect(endpointToClose(aMove({ status: 'moved' }))).toBe('mortgage');
    expect(endpointToClose(aMove({ status: 'refused' }))).toBe('mortgage-eu');
  });

  it('waits two hours, and needs another execution after three of silence, or after a fault', () => {
    expect([2, 3].map((count) => mayWaitOn(aMove({ updatedAt: hours(1) }), hours(count)))).toEqual([true, false]);
    expect([2, 3].map((count) => isStuck(aMove(), hours(count)))).toEqual([false, true]);
    expect(isStuck(aMove({ faultedAt: NOW }), NOW)).toBe(true);
    expect(isStuck(aMove({ faultedAt: NOW, ...settled }), hours(9))).toBe(false);
  });
});

describe('a promotion', () => {
  it('has no move in its way when there is none, or when it has settled', () => {
    expect(moveProblem(undefined, 'mortgage')).toBeUndefined();
    expect(moveProblem(aMove({ status: 'moved', ...settled }), 'mortgage')).toBeUndefined();
  });

  it('waits for a move to whatever endpoint, and for one of its own to be deleted', () => {
    expect(moveProblem(aMove(), 'mortgage')).toBe(
      `mortgage-approval has been moving from mortgage to mortgage-eu since ${NOW}`,
    );
    expect(moveProblem(aMove({ status: 'moved' }), 'mortgage')).toBe('mortgage is being deleted');
    expect(moveProblem(aMove({ status: 'moved' }), 'mortgage-eu')).toBeUndefined();
  });
});
