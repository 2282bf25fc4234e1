import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { circlesAmong } from '../../../lib/domain/policy/delegation-circles.ts';
import { directoryProblems } from '../../../lib/domain/policy/directory-problems.ts';

const IDS = ['ana', 'ben', 'cleo', 'dan', 'eve'];
const days = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 3 })).map(([first, length]) => ({
  first_day: `2026-12-0${first}`,
  last_day: `2026-12-0${first + length}`,
}));
const delegation = fc.tuple(fc.constantFrom(...IDS, 'nobody'), days).map(([delegate, on]) => ({ delegate, ...on }));
const people = fc
  .tuple(...IDS.map(() => fc.array(delegation, { maxLength: 3 })))
  .map((all) => all.map((delegations, index) => ({ id: IDS[index] ?? '', delegations })));

type People = readonly { readonly id: string; readonly delegations: readonly Delegated[] }[];
type Delegated = { readonly delegate: string; readonly first_day: string; readonly last_day: string };

/** Every path there is: what takes minutes for more people than these. */
const isCircle = (start: string, way: Delegated, all: People, passed: readonly string[] = []): boolean => {
  if (way.first_day > way.last_day || passed.includes(way.delegate)) return false;
  if (way.delegate === start) return true;
  return (all.find(({ id }) => id === way.delegate)?.delegations ?? []).some((next) => {
    const [, first_day = ''] = [next.first_day, way.first_day].sort();
    const [last_day = ''] = [next.last_day, way.last_day].sort();
    return isCircle(start, { ...next, first_day, last_day }, all, [...passed, way.delegate]);
  });
};

describe('delegations in a circle (AP-10)', () => {
  it('are found if and only if all of them are in force on one day, and the way back is one of them', () => {
    fc.assert(
      fc.property(people, (all) => {
        const circleOf = circlesAmong(all);
        for (const { id, delegations } of all) {
          for (const one of delegations) {
            const way = circleOf(id, one);
            expect(way !== undefined, `${id} to ${one.delegate}`).toBe(isCircle(id, one, all));
            if (way !== undefined) expect([way[0], way.at(-1)]).toEqual([one.delegate, id]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are looked for in a moment, however many people of a team stand in for each other', () => {
    const team = Array.from({ length: 200 }, (_, index) => ({
      id: `p${index}`,
      delegations: [1, 2, 3]
        .filter((step) => index + step < 200)
        .map((step) => ({ delegate: `p${index + step}`, first_day: '2026-12-24', last_day: '2026-12-31' })),
    }));

    expect(directoryProblems(team)).toEqual([]);
  });
});
