import type { Access } from '../../ledger/access.ts';
import { shown } from '../question.ts';
import type { Material, Section } from './section.ts';

/** How often each person was given what, by the access log. The most frequent comes first. */
export const accessFrequency = ({ accesses }: Material): Omit<Section, 'name'> => {
  const byPlace = new Map<string, Access[]>();
  for (const access of accesses) {
    const place = `${access.who} ${access.what}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), access]);
  }
  const rows = [...byPlace.values()].flatMap((some) => {
    const instants = some.map(({ at }) => at).toSorted();
    return some.slice(0, 1).map(({ who, what, sha256 }) => ({
      who,
      what,
      times: some.length,
      days: new Set(instants.map((at) => at.slice(0, 10))).size,
      first: instants.at(0) ?? '',
      last: instants.at(-1) ?? '',
      sha256,
    }));
  });
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
    rows: rows.toSorted((a, b) => b.times - a.times || (`${a.who} ${a.what}` < `${b.who} ${b.what}` ? -1 : 1)),
  };
};
