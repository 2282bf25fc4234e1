import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { ReleaseState } from '../../../lib/domain/release/lifecycle.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { expireApproval, isExpired } from '../../../lib/domain/serving/expiry.ts';
import { NOW } from '../../support/approval-case.ts';
import { checkLedger } from '../../support/check-ledger.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import {
  APPROVED_UNTIL,
  approved,
  draft,
  inProduction,
  intended,
  MODEL,
  resulting,
  written,
} from '../../support/release-life.ts';

const expired = (release: Release, now = APPROVED_UNTIL) => {
  const change = expireApproval(release, now);
  if (change === undefined) throw new Error('nothing expired');
  return change;
};

describe('an approval of 90 days (EX-1)', () => {
  it.each([
    ['89 days and 23 hours', 89 * DAY_MS + 23 * HOUR_MS, false],
    ['a millisecond less than 90 days', 90 * DAY_MS - 1, false],
    ['90 days', 90 * DAY_MS, true],
    ['90 days and an hour', 90 * DAY_MS + HOUR_MS, true],
  ])('after %s (%i ms) has run out: %s', (_, age, hasRunOut) => {
    const now = plusMilliseconds(NOW, age);

    expect(isExpired(approved, now)).toBe(hasRunOut);
    expect(expireApproval(approved, now) !== undefined).toBe(hasRunOut);
  });

  it('of a release that was never approved has not run out', () => {
    expect(isExpired(draft, APPROVED_UNTIL)).toBe(false);
  });
});

describe('an approval that has run out', () => {
  it('ends the release that was not promoted', () => {
    const change = expired(approved);

    expect(written(change)).toEqual(['replace release']);
    expect(resulting(change, 'release')).toMatchObject({ state: 'expired', updatedAt: APPROVED_UNTIL });
    expect(change.event).toMatchObject({
      event_type: 'approval_expired',
      approval_state: 'expired',
      details: { approved_until: APPROVED_UNTIL },
    });
    expect(intended(change)).toEqual([`sync ${approved.releaseId}`, 'publish Approval Expired', 'notify expired']);
  });

  it('leaves the release that serves in production, and tells', () => {
    const change = expired(inProduction);

    expect(resulting(change, 'release')).toMatchObject({ state: 'production' });
    expect(change.event).toMatchObject({ event_type: 'approval_expired', approval_state: 'production' });
    expect(intended(change)).toContain('publish Approval Expired');
  });

  it.each(ReleaseState.options.filter((state) => state !== 'approved' && state !== 'production'))(
    'is nothing to a release that is %s',
    (state) => {
      expect(expireApproval({ ...approved, state }, APPROVED_UNTIL)).toBeUndefined();
    },
  );

  it.each([approved, inProduction])('of a release that is $state is on record once', async (release) => {
    const store = memoryReleaseStore();
    store.seed(release);
    await store.commit(expired(release), APPROVED_UNTIL);

    const again = await store.get('release', release.releaseId);

    expect(again && expireApproval(again, plusMilliseconds(APPROVED_UNTIL, DAY_MS))).toBeUndefined();
    expect(await store.events(MODEL)).toHaveLength(1);
  });

  it('holds what else changed meanwhile: the release is written at the version that was read', async () => {
    const store = memoryReleaseStore();
    store.seed({ ...approved, version: approved.version + 1 });

    await expect(store.commit(expired(approved), APPROVED_UNTIL)).rejects.toThrow('could not replace');
    await expect(checkLedger(store, MODEL)).rejects.toThrow('no events');
  });
});
