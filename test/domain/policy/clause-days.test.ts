import { describe, expect, it } from 'vitest';
import { ClauseDays, changesBetween, clauseDays, heldAt } from '../../../lib/domain/policy/clause-days.ts';
import { at } from '../../support/approval-case.ts';

const clauses = ClauseDays.parse([
  { id: 'the new one', in_force_from: '2027-01-01' },
  { id: 'the old one', in_force_from: '2011-04-04', in_force_until: '2027-01-01' },
  { id: 'one that lasts', in_force_from: '2018-05-25' },
  { id: 'one that was repealed before', in_force_from: '2026-12-31', in_force_until: '2026-12-31' },
]);

describe('the clauses that hold (EX-3)', () => {
  it.each([
    ['the last day of one', '2026-12-31T23:59:59.999Z', ['one that lasts', 'the old one']],
    ['the first day of another', '2027-01-01T00:00:00.000Z', ['one that lasts', 'the new one']],
    ['a day before all of them', '2010-01-01T00:00:00.000Z', []],
  ])('on %s', (_, instant, held) => {
    expect(heldAt(clauses, at(instant))).toEqual(held);
  });

  it('change on the day that a file names, and not before or after it', () => {
    const between = (since: string, until: string) =>
      changesBetween(clauses, at(`${since}T12:00:00.000Z`), at(`${until}T12:00:00.000Z`));

    expect(between('2026-12-30', '2027-01-01')).toEqual([
      'the new one began on 2027-01-01',
      'the old one ended on 2027-01-01',
    ]);
    expect(between('2026-11-01', '2026-12-31')).toEqual([]);
    expect(between('2027-01-01', '2027-12-31')).toEqual([]);
  });

  it('are named with both days if they began and ended in between, though the clauses of both ends are the same', () => {
    const brief = ClauseDays.parse([
      { id: 'an interim act', in_force_from: '2027-02-01', in_force_until: '2027-03-01' },
    ]);
    const [since, until] = [at('2027-01-01T12:00:00.000Z'), at('2027-04-01T12:00:00.000Z')];

    expect(heldAt(brief, since)).toEqual(heldAt(brief, until));
    expect(changesBetween(brief, since, until)).toEqual([
      'an interim act began on 2027-02-01',
      'an interim act ended on 2027-03-01',
    ]);
  });

  it('are deployed by their days alone', () => {
    const whole = clauses.map((clause) => ({ ...clause, title: 'a law', sources: [] }));

    expect(clauseDays(whole)).toEqual(clauses);
  });
});
