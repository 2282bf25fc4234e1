import { describe, expect, it } from 'vitest';
import { kinds } from '../../lib/domain/change/kinds.ts';
import * as partitions from '../../lib/domain/change/partitions.ts';
import { GATE } from '../../lib/domain/gate/sign-once.ts';
import { codes, formatPage, rows, section } from './pages.ts';

/** The word that a partition begins with. */
const wordOf = (partition: string): string => partition.split('#', 1)[0] ?? '';

const inCode = new Set([
  ...Object.values(kinds).map((kind) => wordOf(kind.partitions)),
  ...Object.values(partitions).flatMap((one) => (typeof one === 'string' ? [wordOf(one)] : [])),
  wordOf(GATE),
]);

describe('the table of partitions', () => {
  it('has each that the code writes to, and no other', () => {
    const told = rows(section(formatPage('stored-items'), 'Partitions')).flatMap(([cell = '']) =>
      codes(cell).map(wordOf),
    );

    expect(new Set(told.filter((word) => word !== 'partition'))).toEqual(inCode);
  });
});
