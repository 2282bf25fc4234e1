import type { AccessLine } from '../../ledger/access.ts';
import { shown } from '../question.ts';
import type { Material, Section } from './section.ts';

/** What one person was given of one thing, in the order of time. */
type Group = {
  readonly first: AccessLine;
  readonly last: AccessLine;
  readonly times: number;
  readonly days: Set<string>;
};

const placeOf = ({ who, what }: Pick<AccessLine, 'who' | 'what'>): string => `${who} ${what}`;

/** What a person read beyond the lines of a minute is one line with a number. */
const timesOf = (line: AccessLine): number => ('times' in line && line.times) || 1;

/** How often each person was given what, by the access log. The most frequent comes first. */
export const accessFrequency = ({ accesses }: Material): Omit<Section, 'name'> => {
  const groups = new Map<string, Group>();
  for (const access of accesses.toSorted((one, other) => one.at.localeCompare(other.at))) {
    const place = placeOf(access);
    const group = groups.get(place) ?? { first: access, last: access, times: 0, days: new Set() };
    groups.set(place, {
      ...group,
      last: access,
      times: group.times + timesOf(access),
      days: group.days.add(access.at.slice(0, 10)),
    });
  }
  const rows = [...groups.values()].map(({ first, last, times, days }) => ({
    ...{ who: first.who, what: first.what, times, days: days.size, first: first.at, last: last.at },
    sha256: 'sha256' in first ? first.sha256 : '',
  }));
  return {
    title: 'Access frequency',
    says: 'How often each person was given what, by the access log. It has the hours that are over. Rows of evidence are counted each time, and everything else once for each minute in which it was read. Who was given the address of a file need not have opened it.',
    columns: [
      shown('who', 'who'),
      shown('what', 'what'),
      shown('times', 'times', 'count'),
      shown('days', 'days', 'count'),
      shown('first', 'first'),
      shown('last', 'last'),
      { ...shown('sha256', 'SHA-256 of the file'), isAside: true },
    ],
    rows: rows.toSorted((one, other) => other.times - one.times || placeOf(one).localeCompare(placeOf(other))),
  };
};
