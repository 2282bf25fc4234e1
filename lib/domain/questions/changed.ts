import { PART_COLUMNS, partsIn } from './parts.ts';
import { PROOF, type Question, RELEASE, type Row, shown } from './question.ts';
import { CHECK_COLUMNS, checksIn } from './verdicts.ts';

/** The part of an answer that has nothing else: one of the two releases is not on record. */
export const PRESENCE = 'release';

/** What a release says of itself: its parts, and what each check measured. */
const saidBy = (rows: readonly Row[]): Map<string, Row> => {
  const staged = rows.filter(({ event_type }) => event_type === 'stage_evaluated');
  const measured = checksIn(staged).map((row) => ({
    ...row,
    part: `check: ${row['check']}`,
    value: [row['status'], row['measured']].filter((word) => word !== '').join(', '),
  }));
  return new Map([...partsIn(rows), ...measured].map((row) => [String(row['part']), row]));
};

/** Zero is the first entry of the log, so that what is not there has none. */
const NO_ENTRY = -1;

const changesIn = (rows: readonly Row[]): Row[] => {
  const sides = new Set(rows.map(({ side }) => side));
  if (sides.size === 1) return onlyOne(rows.slice(0, 1));
  const saidOf = (side: string) => saidBy(rows.filter((row) => row['side'] === side));
  const [before, after] = [saidOf('before'), saidOf('after')];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((part): Row[] => {
    const [was, is] = [before.get(part), after.get(part)];
    if (was?.['value'] === is?.['value']) return [];
    return [
      {
        ...(is ?? was),
        part,
        before: was?.['value'] ?? '',
        after: is?.['value'] ?? '',
        before_leaf_index: was?.['leaf_index'] ?? NO_ENTRY,
      },
    ];
  });
};

/** That everything of the one is missing in the other would be true, and mislead: there is nothing to compare. */
const onlyOne = (rows: readonly Row[]): Row[] =>
  rows.map((row) => {
    const isBefore = row['side'] === 'before';
    return {
      ...row,
      part: PRESENCE,
      before: isBefore ? 'on record' : 'not on record',
      after: isBefore ? 'not on record' : 'on record',
      before_leaf_index: isBefore ? Number(row['leaf_index']) : NO_ENTRY,
    };
  });

/** what differs between two releases, part by part and check by check, as the log has it. */
export const CHANGED: Question = {
  name: 'changed',
  title: 'What changed between these two releases?',
  parameters: [
    { ...RELEASE, name: 'before', about: 'the former release', sample: 'FORMER' },
    { ...RELEASE, name: 'after', about: 'the later release', sample: 'LATER' },
  ],
  subjects: ['before', 'after'],
  sql: 'changed.sql',
  inferred: CHECK_COLUMNS,
  selects: [
    ...PART_COLUMNS,
    shown('stage', 'stage'),
    shown('checks', 'checks'),
    shown('checks_total', 'checks in all'),
    shown('side', 'side'),
  ],
  shows: [
    shown('part', 'part'),
    shown('before', 'before'),
    shown('after', 'after'),
    shown('before_leaf_index', 'entry before', 'count'),
    ...PROOF,
  ],
  answer: changesIn,
};
