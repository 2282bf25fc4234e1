/** Text for a terminal. What it shows was written by others, so nothing in it may steer the terminal. */

/** One line without control and formatting characters, which could move the cursor or turn the reading direction. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/** Rows in columns as wide as their widest cell, the header above; numbers stand to the right. */
export const columns = (header: readonly string[], rows: readonly (readonly (string | number)[])[]): string => {
  const table = [header, ...rows].map((row) => row.map((cell) => ({ text: plain(String(cell)), cell })));
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]?.text.length ?? 0)));
  const isNumeric = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  return table
    .map((row) =>
      row
        .map(({ text }, column) => {
          const width = widths[column] ?? 0;
          return isNumeric[column] ? text.padStart(width) : text.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** A count and its noun: `1 event`, `2 events`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** Text cut to so many characters, with a sign that it goes on. */
export const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;

const PARAGRAPH_WIDTH = 96;

/** A text of some sentences, set in from the left and broken between words. */
export const paragraph = (text: string): string => {
  const lines: string[] = [];
  let line = ' ';
  for (const word of plain(text).split(/\s+/)) {
    if (line.trim() !== '' && line.length + 1 + word.length > PARAGRAPH_WIDTH) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
};
