/** What a spreadsheet would run as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

type Cell = string | number;

/**
 * RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it, because texts of strangers are in
 * here; JSON has every text as it is.
 */
export const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');

const cellOf = (cell: Cell): string => {
  if (typeof cell === 'number') return String(cell);
  return `"${(FORMULA.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`;
};
