import type { Access } from '../../ledger/access.ts';
import { shown } from '../question.ts';
import type { Material, Section } from './section.ts';

/** What one person was given of one thing, in the order of time. */
type Group = { readonly first: Access; readonly last: Access; readonly times: number; readonly days: Set<string> };

const placeOf = ({ who, what }: Pick<Access, 'who' | 'what'>): string => `${who} ${what}`;

/** How often each person was given what, by the access log. The most frequent comes first. */
export const accessFrequency = ({ accesses }: Material): Omit<Section, 'name'> => {
  const groups = new Map<string, Group>();
  for (const access of accesses.toSorted((one, other) => one.at.localeCompare(other.at))) {
    const place = placeOf(access);
    const group = groups.get(place) ?? { first: access, last: access, times: 0, days: new Set() };
    groups.set(place, { ...group, last: access, times: group.times + 1, days: group.days.add(access.at.slice(0, 10)) });
  }
  const rows = [...groups.values()].map(({ first: { who, what, sha256, at }, last, times, days }) => ({
    ...{ who, what, times, days: days.size, first: at, last: last.at, sha256 },
  }));
  return {
    title: 'Access frequency',
    says: 'How often each person was given what, by the access log. It has the hours that are over. Who was given the address of a file need not have opened it.',
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
