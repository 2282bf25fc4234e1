/** An answer for people and for other programs: a table, CSV, or JSON. */
import type { Answer, Cell, Column } from '../../domain/questions/question.ts';
import type { Section } from '../../domain/questions/report.ts';
import { withoutFormulas } from '../../domain/spreadsheet-text.ts';
import { columns, jsonText, plain, shorten } from './text.ts';

/** So long a cell of a table is at most, and one with a sentence of a person: everything is whole in CSV and JSON. */
const CELL = 40;
const SENTENCE = 80;
const SENTENCES = ['reason', 'meaning', 'why'];

const cellText = ({ name }: Column, value: Cell): Cell => {
  if (typeof value === 'number') return value;
  return name.endsWith('sha256') || name.endsWith('digest')
    ? value.slice(0, 12)
    : shorten(plain(value), SENTENCES.includes(name) ? SENTENCE : CELL);
};

/** The columns that say something in at least one row. */
const telling = ({ columns: all, rows }: Answer): Column[] =>
  all.filter(({ name, isAside }) => isAside !== true && rows.some((row) => (row[name] ?? '') !== ''));

export const answerTable = (answer: Answer): string => {
  const shown = telling(answer);
  return columns(
    shown.map(({ heading }) => heading),
    answer.rows.map((row) => shown.map((column) => cellText(column, row[column.name] ?? ''))),
  );
};

/** How far the answer reaches: an empty one says nothing about what is not in there. */
export const reachOf = ({ covers, rows }: Answer): string => {
  const looked = `${covers.entries} ${covers.entries === 1 ? 'entry' : 'entries'} of the log`;
  const until = covers.until === '' ? '' : `, the newest of ${covers.until}`;
  return rows.length === 0 ? `Nothing was found in ${looked}${until}.` : `Found in ${looked}${until}.`;
};

/** A page of several answers, each under its question. */
export const sectionsAccount = (sections: readonly Section[]): string =>
  sections
    .map(({ title, says, answer }) =>
      [
        title,
        ...(says === undefined ? [] : [`  ${plain(says)}`]),
        ...(answer.rows.length === 0 ? ['  nothing'] : [indented(answerTable(answer))]),
      ].join('\n'),
    )
    .join('\n\n');

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');

/**
 * RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it, because texts of people are in here; JSON has
 * every text as it is.
 */
export const answerCsv = ({ columns: all, rows }: Answer): string =>
  [all.map(({ name }) => name), ...rows.map((row) => all.map(({ name }) => row[name] ?? ''))]
    .map((cells) => cells.map(csvCell).join(','))
    .join('\r\n');

const csvCell = (value: Cell): string => {
  if (typeof value === 'number') return String(value);
  const harmless = withoutFormulas(value);
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

const answerView = ({ columns: all, rows, covers }: Answer) => ({
  covers,
  columns: all.map(({ name, heading }) => ({ name, heading })),
  rows: rows.map((row) => Object.fromEntries(all.map(({ name }) => [name, row[name] ?? '']))),
});

export const answerJson = (question: string, given: object, answer: Answer): string =>
  jsonText({ question, parameters: given, ...answerView(answer) });

export const sectionsJson = (about: object, sections: readonly Section[]): string =>
  jsonText({
    ...about,
    sections: sections.map(({ title, question, given, says, answer }) => ({
      title,
      question,
      parameters: given,
      ...(says === undefined ? {} : { says }),
      ...answerView(answer),
    })),
  });
