import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { busyReason, mayWait } from '../../../lib/domain/records/rollback.ts';
import { NOW } from '../../support/approval-case.ts';
import { aRollback } from '../../support/release-life.ts';

describe('a rollback whose endpoint is on its way to something else', () => {
  const waitsAfter = (milliseconds: number) =>
    mayWait(aRollback({ requestedAt: NOW }), plusMilliseconds(NOW, milliseconds));

  it('waits for less than an hour from when it was asked for', () => {
    expect(waitsAfter(0)).toBe(true);
    expect(waitsAfter(HOUR_MS - 1)).toBe(true);
    expect(waitsAfter(HOUR_MS)).toBe(false);
  });

  it('then says what prevents it', () => {
    expect(busyReason('mortgage')).toEqual({
      rule: 'endpoint',
      evidence: '',
      explanation: expect.stringContaining('endpoint mortgage has been updating to another configuration'),
    });
  });
});
