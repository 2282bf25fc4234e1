import { describe, expect, it } from 'vitest';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { DAY_MS, HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { ReleaseState } from '../../../lib/domain/release/lifecycle.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { dueWarnings, warnOfExpiry } from '../../../lib/domain/serving/expiry-warnings.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { APPROVED_UNTIL, inProduction, intended, MODEL, resulting } from '../../support/release-life.ts';

const daysBefore = (days: number, milliseconds = 0): Instant =>
  plusMilliseconds(APPROVED_UNTIL, -days * DAY_MS + milliseconds);
const warned = (days: number, until = APPROVED_UNTIL): Release => ({ ...inProduction, expiryWarning: { until, days } });
const daysOf = (release: Release, now: Instant) => warnOfExpiry(release, now)?.event.details['days'];

describe('the looks at an approval before its end (EX-1)', () => {
  const due = (days: number) =>
    dueWarnings({
      releaseId: inProduction.releaseId,
      since: daysBefore(days),
      until: APPROVED_UNTIL,
    }).map(({ dueAt }) => dueAt);

  it.each([
    [90, [14, 7, 1]],
    [14, [7, 1]],
    [7, [1]],
    [1, []],
  ])('of %i days come %j days before it', (validity, days) => {
    expect(due(validity)).toEqual(days.map((early) => daysBefore(early)));
  });
});

describe('a warning of the end of an approval', () => {
  it.each([
    ['a millisecond before the first', inProduction, daysBefore(14, -1), undefined],
    ['at the first', inProduction, daysBefore(14), 14],
    ['a millisecond before the second, where the first was missed', inProduction, daysBefore(7, -1), 14],
    ['at the second', warned(14), daysBefore(7), 7],
    ['at the last', warned(7), daysBefore(1), 1],
    ['a week late, past the last', inProduction, daysBefore(1, HOUR_MS), 1],
    ['a second before the end', warned(7), daysBefore(0, -1000), 1],
    ['at the end, of which there is a message of its own', inProduction, APPROVED_UNTIL, undefined],
    ['after the end', inProduction, daysBefore(-1), undefined],
    ['again', warned(14), daysBefore(13), undefined],
    ['once more, after a later one', warned(1), daysBefore(0, -1000), undefined],
    ['of another end than people were warned of', warned(1, daysBefore(90)), daysBefore(14), 14],
  ])('%s is due: %#', (_, release, now, days) => {
    expect(daysOf(release, now)).toBe(days);
  });

  it.each(ReleaseState.options.filter((state) => state !== 'production'))('is none of what is %s', (state) => {
    expect(warnOfExpiry({ ...inProduction, state }, daysBefore(1))).toBeUndefined();
  });

  it('is none of what has no end', () => {
    expect(warnOfExpiry({ ...inProduction, approvedUntil: undefined }, daysBefore(1))).toBeUndefined();
  });

  it('is on record, is published, and goes to everybody once for each end and day', () => {
    const change = warnOfExpiry(inProduction, daysBefore(7));
    if (change === undefined) throw new Error('nothing to warn of');

    expect(change.event).toMatchObject({
      event_type: 'expiry_warned',
      actor_role: 'system',
      approval_state: 'production',
      details: { approved_until: APPROVED_UNTIL, days: 7 },
    });
    expect(resulting(change, 'release')).toEqual(warned(7));
    expect(intended(change)).toEqual(['publish Approval Expiring', 'notify expiring']);
    expect(change.intents.at(-1)?.intent).toMatchObject({ occasion: '7d-2027-02-19T090000.000Z' });
    expect(JSON.stringify(change.intents[0])).toContain('\\"days\\":7');
  });

  it('is made once of two that look at once', async () => {
    const store = memoryReleaseStore();
    store.seed(inProduction);
    const change = warnOfExpiry(inProduction, daysBefore(7));
    if (change === undefined) throw new Error('nothing to warn of');
    await store.commit(change, daysBefore(7));

    await expect(store.commit(change, daysBefore(7))).rejects.toThrow('could not replace');
    const after = await store.get('release', inProduction.releaseId);
    expect(after && warnOfExpiry(after, daysBefore(7))).toBeUndefined();
    expect(await store.events(MODEL)).toHaveLength(1);
  });
});
