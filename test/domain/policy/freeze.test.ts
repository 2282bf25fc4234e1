import { describe, expect, it } from 'vitest';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { activeFreezes } from '../../../lib/domain/policy/active-freezes.ts';
import { Freeze } from '../../../lib/domain/policy/freeze.ts';
import { instantsOf, localTimeAt } from '../../../lib/domain/policy/zoned-time.ts';

const at = (text: string) => Instant.parse(`${text}:00.000Z`);
const aFreeze = (changes: object = {}) =>
  Freeze.parse({
    ...{
      name: 'year end',
      zone: 'Europe/Berlin',
      from: '2026-12-18T18:00',
      until: '2027-01-04T08:00',
      on_freeze: 'wait',
    },
    ...changes,
  });
const weekly = (from: string, until: string, zone = 'Europe/Berlin') => aFreeze({ name: 'weekend', from, until, zone });
const ABOUT = { modelName: 'credit', tier: 'high' as const, environment: 'prod' };
const endAt = (freeze: Freeze, now: string, about: Partial<typeof ABOUT> = {}) =>
  activeFreezes([freeze], { ...ABOUT, ...about }, at(now))
    .at(0)
    ?.until.slice(0, 16);

describe('a local time of a place (GT-6)', () => {
  it.each([
    // An ordinary day, a zone without clock changes, and one of a half and of a quarter hour.
    ['2026-11-24T10:00', 'Europe/Berlin', '2026-11-24T09:00', '2026-11-24T09:00'],
    ['2026-07-01T10:00', 'Europe/Berlin', '2026-07-01T08:00', '2026-07-01T08:00'],
    ['2026-07-01T10:00', 'Asia/Tokyo', '2026-07-01T01:00', '2026-07-01T01:00'],
    ['2026-07-01T10:00', 'Asia/Kolkata', '2026-07-01T04:30', '2026-07-01T04:30'],
    ['2026-07-01T10:00', 'Asia/Kathmandu', '2026-07-01T04:15', '2026-07-01T04:15'],
    ['2026-07-01T10:00', 'Pacific/Kiritimati', '2026-06-30T20:00', '2026-06-30T20:00'],
    ['2026-07-01T10:00', 'Pacific/Pago_Pago', '2026-07-01T21:00', '2026-07-01T21:00'],
    ['2026-07-01T10:00', 'UTC', '2026-07-01T10:00', '2026-07-01T10:00'],
    // In spring the hour between two and three is not there.
    ['2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59', '2026-03-29T00:59'],
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T00:30', '2026-03-29T01:30'],
    ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00', '2026-03-29T01:00'],
    ['2026-03-08T02:30', 'America/New_York', '2026-03-08T06:30', '2026-03-08T07:30'],
    // In autumn it comes twice.
    ['2026-10-25T01:59', 'Europe/Berlin', '2026-10-24T23:59', '2026-10-24T23:59'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30', '2026-10-25T01:30'],
    ['2026-10-25T03:00', 'Europe/Berlin', '2026-10-25T02:00', '2026-10-25T02:00'],
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30', '2026-11-01T06:30'],
    // On Lord Howe Island the clocks are changed by half an hour, and in the other half of the year.
    ['2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-03T15:15', '2026-10-03T15:45'],
    ['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T14:45', '2026-04-04T15:15'],
  ])('%s in %s is %s, and %s at the latest', (local, zone, first, last) => {
    expect(instantsOf(local, zone)).toEqual({ first: at(first), last: at(last) });
  });

  it('is what the clocks there show', () => {
    expect(localTimeAt(at('2026-07-01T08:00'), 'Europe/Berlin')).toBe('2026-07-01T10:00');
  });
});

describe('a window in which nothing is promoted (GT-6)', () => {
  it('is on from its first moment, and off at its last', () => {
    expect(endAt(aFreeze(), '2026-12-18T16:59')).toBeUndefined();
    expect(endAt(aFreeze(), '2026-12-18T17:00')).toBe('2027-01-04T07:00');
    expect(endAt(aFreeze(), '2027-01-04T06:59')).toBe('2027-01-04T07:00');
    expect(endAt(aFreeze(), '2027-01-04T07:00')).toBeUndefined();
  });

  it('says how it ends, there and in UTC, and whether a promotion waits', () => {
    expect(activeFreezes([aFreeze()], ABOUT, at('2026-12-24T12:00'))).toEqual([
      {
        name: 'year end',
        until: at('2027-01-04T07:00'),
        untilThere: '2027-01-04 08:00 Europe/Berlin',
        waits: true,
      },
    ]);
    expect(activeFreezes([aFreeze({ on_freeze: 'refuse' })], ABOUT, at('2026-12-24T12:00'))).toMatchObject([
      { waits: false },
    ]);
  });

  it.each([
    ['friday 16:00', 'monday 08:00', '2026-11-27T14:59', undefined],
    ['friday 16:00', 'monday 08:00', '2026-11-27T15:00', '2026-11-30T07:00'],
    ['friday 16:00', 'monday 08:00', '2026-11-29T12:00', '2026-11-30T07:00'],
    ['friday 16:00', 'monday 08:00', '2026-11-30T06:59', '2026-11-30T07:00'],
    ['friday 16:00', 'monday 08:00', '2026-11-30T07:00', undefined],
    // Within a day, over midnight of two days, and all week but for an hour.
    ['tuesday 09:00', 'tuesday 17:00', '2026-12-01T12:00', '2026-12-01T16:00'],
    ['tuesday 09:00', 'tuesday 17:00', '2026-12-02T12:00', undefined],
    ['tuesday 22:00', 'wednesday 06:00', '2026-12-02T04:00', '2026-12-02T05:00'],
    ['tuesday 10:00', 'tuesday 09:00', '2026-12-01T07:59', '2026-12-01T08:00'],
    ['tuesday 10:00', 'tuesday 09:00', '2026-12-01T08:30', undefined],
    ['tuesday 10:00', 'tuesday 09:00', '2026-12-01T09:00', '2026-12-08T08:00'],
    // Over the nights on which the clocks are changed, and on them.
    ['friday 16:00', 'monday 08:00', '2026-03-29T12:00', '2026-03-30T06:00'],
    ['friday 16:00', 'monday 08:00', '2026-10-24T12:00', '2026-10-26T07:00'],
    ['sunday 02:30', 'sunday 12:00', '2026-03-29T00:30', '2026-03-29T10:00'],
    ['sunday 00:00', 'sunday 02:30', '2026-03-29T01:29', '2026-03-29T01:30'],
    ['sunday 02:30', 'sunday 12:00', '2026-10-25T00:30', '2026-10-25T11:00'],
    ['sunday 00:00', 'sunday 02:30', '2026-10-25T01:29', '2026-10-25T01:30'],
  ])('comes each week from %s to %s: at %s it ends at %s', (from, until, now, end) => {
    expect(endAt(weekly(from, until), now)).toBe(end);
  });

  it('is of the week of its place, also where the day is another', () => {
    expect(endAt(weekly('saturday 00:00', 'monday 00:00', 'Pacific/Kiritimati'), '2026-11-27T10:00')).toBe(
      '2026-11-29T10:00',
    );
    expect(endAt(weekly('saturday 00:00', 'monday 00:00', 'Pacific/Pago_Pago'), '2026-11-27T10:00')).toBeUndefined();
  });

  it('is about the models, tiers and environments that it names, and about all where it names none', () => {
    const named = aFreeze({ models: ['credit'], tiers: ['high_risk', 'medium'], environments: ['prod'] });
    const now = '2026-12-24T12:00';

    expect(endAt(named, now)).toBeDefined();
    expect(endAt(named, now, { modelName: 'fraud' })).toBeUndefined();
    expect(endAt(named, now, { tier: 'low' as 'high' })).toBeUndefined();
    expect(endAt(named, now, { environment: 'staging' })).toBeUndefined();
    expect(endAt(aFreeze(), now, { modelName: 'fraud', environment: 'staging' })).toBeDefined();
  });

  it('is one of several, of which the one that ends last comes first', () => {
    const freezes = [weekly('friday 16:00', 'monday 08:00'), aFreeze(), weekly('friday 16:00', 'sunday 08:00')];

    const names = activeFreezes(freezes, ABOUT, at('2026-12-19T12:00')).map(({ until }) => until.slice(0, 10));
    expect(names).toEqual(['2027-01-04', '2026-12-21', '2026-12-20']);
    expect(activeFreezes(undefined, ABOUT, at('2026-12-19T12:00'))).toEqual([]);
  });

  it.each([
    [{ until: '2026-12-18T17:00' }, 'until', 'is before the window begins, at 2026-12-18T18:00'],
    [{ until: '2026-12-18T18:00' }, 'until', 'is the moment at which the window begins'],
    [{ until: 'monday 08:00' }, 'until', 'is not written as from is'],
    [{ from: 'friday 16:00', until: 'friday 16:00' }, 'until', 'is the moment at which the window begins'],
    [{ from: '2026-02-30T10:00' }, 'from', 'must be a day and a time'],
    [{ from: 'someday 10:00' }, 'from', 'must be a day and a time'],
    [{ until: '2027-01-04T24:00' }, 'until', 'must be a day and a time'],
    [{ zone: 'Europe/Atlantis' }, 'zone', 'is no time zone'],
    [{ zone: '+01:00' }, 'zone', 'is no time zone'],
    [{ models: [] }, 'models', ''],
    [{ on_freeze: 'sleep' }, 'on_freeze', ''],
    [{ untill: 'x' }, '', ''],
  ])('is refused by a policy if it is unreal: %j', (changes, field, problem) => {
    const parsed = Freeze.safeParse({ ...aFreeze(), ...changes });

    expect(parsed.success).toBe(false);
    const [issue] = parsed.error?.issues ?? [];
    expect(issue?.path.join('.')).toBe(field);
    expect(issue?.message).toContain(problem);
  });
});
