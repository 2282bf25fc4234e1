import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { type ClauseDays, changesBetween, clauseDays, heldAt } from '../../../lib/domain/policy/clause-days.ts';
import {
  departuresFrom,
  GONE_MAX,
  type RecordedClauses,
  recordClauses,
  recordedAt,
} from '../../../lib/domain/policy/recorded-clauses.ts';
import { at } from '../../support/approval-case.ts';

const day = (text: string): Instant => at(`${text}T12:00:00.000Z`);
/** The record after each of these files was found deployed on its day. */
const recordOf = (...found: readonly (readonly [string, ClauseDays])[]): RecordedClauses | undefined =>
  found.reduce<RecordedClauses | undefined>(
    (before, [on, clauses]) => recordClauses(before, clauses, day(on)),
    undefined,
  );
const x = (from: string, until?: string): ClauseDays => [
  { id: 'X', in_force_from: from, ...(until === undefined ? {} : { in_force_until: until }) },
];

describe('what the deployed clauses say of the day of an approval (EX-3)', () => {
  const since = day('2026-06-15');

  it.each<[string, RecordedClauses | undefined, ClauseDays, string[]]>([
    ['nothing else where nothing is on record', undefined, x('2025-01-01'), []],
    ['nothing else where they are the same', recordOf(['2026-01-01', x('2025-01-01')]), x('2025-01-01'), []],
    [
      'that one did not hold, if it is postponed',
      recordOf(['2026-01-01', x('2025-01-01')]),
      x('2027-01-01'),
      ['X held then, and by the days that are deployed now it did not'],
    ],
    [
      'that one did not hold, if its end is put before that day, though another end has passed meanwhile',
      recordOf(['2026-01-01', x('2025-01-01', '2027-01-01')]),
      x('2025-01-01', '2026-03-01'),
      ['X held then, and by the days that are deployed now it did not'],
    ],
    [
      'the same, though other requests have found the postponed one since',
      recordOf(['2026-01-01', x('2025-01-01')], ['2026-07-01', x('2027-01-01')], ['2026-08-01', x('2027-01-02')]),
      x('2027-01-02'),
      ['X held then, and by the days that are deployed now it did not'],
    ],
    [
      'nothing else, if it was postponed before, and a request has found that',
      recordOf(['2026-01-01', x('2025-01-01')], ['2026-06-01', x('2027-01-01')]),
      x('2027-01-01'),
      [],
    ],
    [
      'nothing else, if only days differ that do not matter',
      recordOf(['2026-01-01', x('2025-01-01')]),
      x('2025-02-01'),
      [],
    ],
    [
      'that one held which is new in the files',
      recordOf(['2026-01-01', []], ['2026-07-01', x('2025-01-01')]),
      x('2025-01-01'),
      ['X held then by the days that are deployed now, and was not deployed with them'],
    ],
    [
      'that one is gone, whenever it held',
      recordOf(['2026-01-01', x('2030-01-01')]),
      [],
      ['X is in the deployed regimes no more'],
    ],
    ['nothing of one that went before that day', recordOf(['2026-01-01', x('2025-01-01')], ['2026-06-01', []]), [], []],
    [
      'nothing of one that went since and is back',
      recordOf(['2026-01-01', x('2025-01-01')], ['2026-07-01', []], ['2026-08-01', x('2025-01-01')]),
      x('2025-01-01'),
      [],
    ],
    [
      'that one is new which went before that day and came back after it',
      recordOf(['2026-01-01', x('2025-01-01')], ['2026-06-01', []], ['2026-08-01', x('2025-01-01')]),
      x('2025-01-01'),
      ['X held then by the days that are deployed now, and was not deployed with them'],
    ],
    [
      'that one is gone which a former version missed, without its days',
      { clauses: [], goneClauses: [{ id: 'X', missedAt: day('2026-07-01') }] },
      [],
      ['X is in the deployed regimes no more'],
    ],
    [
      'that such a one did not hold which is back and ended before',
      { clauses: [], goneClauses: [{ id: 'X', missedAt: day('2026-07-01') }] },
      x('2025-01-01', '2026-01-01'),
      ['X held then, and by the days that are deployed now it did not'],
    ],
  ])('%s', (_, recorded, deployed, words) => {
    expect(departuresFrom(recorded, deployed, since)).toEqual(words);
  });

  it('is not known where the record has forgotten its oldest clauses, and is known after that', () => {
    const many = Array.from({ length: GONE_MAX + 1 }, (_, index) => ({
      id: `law ${index}`,
      in_force_from: '2025-01-01',
    }));
    const recorded = recordOf(['2026-01-01', many], ['2026-07-01', x('2025-01-01')]);

    expect(recorded?.goneClauses).toHaveLength(GONE_MAX);
    expect(departuresFrom(recorded, x('2025-01-01'), since)).toEqual([
      'which clauses were deployed then is not on record any more',
    ]);
    expect(departuresFrom(recorded, x('2025-01-01'), day('2026-07-02'))).toEqual([]);
  });

  const byId = (clauses: ClauseDays) => [...clauseDays(clauses)].sort((one, other) => (one.id < other.id ? -1 : 1));
  const ORIGIN = at('2026-01-01T12:00:00.000Z');
  const onDay = (days: number): Instant => plusMilliseconds(ORIGIN, days * DAY_MS);
  const someDay = fc.integer({ min: 0, max: 12 });
  const someClauses = fc
    .uniqueArray(
      fc.record({ id: fc.constantFrom('X', 'Y'), from: someDay, until: fc.option(someDay, { nil: undefined }) }),
      {
        selector: ({ id }) => id,
      },
    )
    .map(
      (clauses): ClauseDays =>
        clauses.map(({ id, from, until }) => ({
          ...{ id, in_force_from: onDay(from).slice(0, 10) },
          ...(until === undefined ? {} : { in_force_until: onDay(until).slice(0, 10) }),
        })),
    );

  it('differs whenever what held then, as it was deployed then, is not what holds on any day since', () => {
    const history = fc.array(fc.tuple(someDay, someClauses), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(history, someClauses, someDay, someDay, (found, deployed, one, other) => {
        const [since, now] = [onDay(Math.min(one, other)), onDay(Math.max(one, other))];
        const requests = [...found].sort(([a], [b]) => a - b).map(([on, clauses]) => [onDay(on), clauses] as const);
        const recorded = requests.reduce<RecordedClauses | undefined>(
          (before, [on, clauses]) => recordClauses(before, clauses, on),
          undefined,
        );
        // What was deployed before the first request, nobody knows: it counts as what that found.
        const then = requests.findLast(([on]) => on <= since)?.[1] ?? requests[0]?.[1] ?? [];

        expect(byId(recordedAt(recorded ?? {}, since))).toEqual(byId(then));
        const words = [...changesBetween(deployed, since, now), ...departuresFrom(recorded, deployed, since)];
        const count = Math.abs(one - other) + 1;
        const days = Array.from({ length: count }, (_, index) => onDay(Math.min(one, other) + index));
        const isSame = days.every((on) => heldAt(deployed, on).join() === heldAt(then, since).join());

        if (words.length === 0) expect(isSame).toBe(true);
        if (isSame) expect(words.filter((word) => !word.endsWith('in the deployed regimes no more'))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});
