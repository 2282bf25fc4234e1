/** Periods as a picture: a bar for each, on one common line of time. */
import type { Answer, Row } from '../../domain/questions/question.ts';
import { plain, shorten } from './text.ts';

export type Span = { readonly label: string; readonly from: string; readonly until: string };

/** The columns by which an answer tells of periods. */
const BEGINS = ['live_from', 'served_from'];
const ENDS = ['live_until', 'served_until'];

const cell = (row: Row, names: readonly string[]): string =>
  String(names.map((name) => row[name]).find((value) => value !== undefined) ?? '');

const labelOf = (row: Row): string => {
  const what = row['release_id'] === '' ? 'nothing' : `${row['model_version']} ${row['release_id']}`;
  const where = [row['variant'], row['share']].filter((word) => word !== undefined && word !== '').join(' ');
  return plain(where === '' ? what : `${what} (${where})`);
};

/** The periods that an answer tells of; none if it tells of none. One that goes on ends where the log does. */
export const spansIn = ({ rows, covers }: Answer): Span[] =>
  rows
    .filter((row) => cell(row, BEGINS) !== '')
    .map((row) => ({ label: labelOf(row), from: cell(row, BEGINS), until: cell(row, ENDS) || covers.until }));

/** The first and the last instant of all, and where on a line between them an instant lies, from 0 to 1. */
export const scaleOf = (spans: readonly Span[]) => {
  const first = Math.min(...spans.map(({ from }) => Date.parse(from)));
  const last = Math.max(...spans.map(({ until }) => Date.parse(until)));
  const place = (at: string): number => (Date.parse(at) - first) / Math.max(1, last - first);
  return { first: new Date(first).toISOString(), last: new Date(last).toISOString(), place };
};

const WIDTH = 60;
const LABEL = 34;

/** The days; within one day the seconds, too. */
const endsOf = (first: string, last: string): [string, string] => {
  const isOneDay = first.slice(0, 10) === last.slice(0, 10);
  const end = (at: string) => (isOneDay ? `${at.slice(0, 19)}Z` : at.slice(0, 10));
  return [end(first), end(last)];
};

/** Lines of text: what served, and when, between the first and the last instant. */
export const timeline = (spans: readonly Span[]): string => {
  if (spans.length === 0) return '';
  const { first, last, place } = scaleOf(spans);
  const width = Math.min(LABEL, Math.max(...spans.map(({ label }) => label.length)));
  const bars = spans.map(({ label, from, until }) => {
    const start = Math.min(WIDTH - 1, Math.floor(place(from) * WIDTH));
    const end = Math.max(start + 1, Math.round(place(until) * WIDTH));
    return `${shorten(label, width).padEnd(width)}  ${' '.repeat(start)}${'█'.repeat(end - start)}`;
  });
  const [from, until] = endsOf(first, last);
  return [...bars, `${' '.repeat(width)}  ${from}${until.padStart(WIDTH - from.length)}`].join('\n');
};

/** A bar for each row of counts, by one of its columns. */
export const bars = (rows: readonly Row[], name: string, counted: string): string => {
  const most = Math.max(1, ...rows.map((row) => Number(row[counted])));
  return rows
    .map((row) => {
      const value = Number(row[counted]);
      return `${plain(String(row[name]))}  ${'█'.repeat(Math.round((value / most) * WIDTH)) || (value > 0 ? '▏' : '')} ${value}`;
    })
    .join('\n');
};
