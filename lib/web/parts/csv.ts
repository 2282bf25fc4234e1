import { withoutFormulas } from '../../domain/spreadsheet-text.ts';

type Cell = string | number;

/**
 * RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before that, because texts of strangers are in
 * here; JSON has every text as it is.
 */
export const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');

const cellOf = (cell: Cell): string => {
  if (typeof cell === 'number') return String(cell);
  return `"${withoutFormulas(cell).replaceAll('"', '""')}"`;
};
