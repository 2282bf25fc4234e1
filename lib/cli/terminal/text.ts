/** Text for a terminal. The text is untrusted input, so nothing in it may control the terminal. */

/** One line without control and formatting characters, which could move the cursor or turn the reading direction. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/** Rows in columns as wide as their widest cell, with a header above. Numbers are aligned right. */
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

/** Text cut to so many characters, with a mark that it was cut. */
export const shorten = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;

/** Longer lines are hard to read, however wide the terminal is. */
const PARAGRAPH_WIDTH = 96;

/** A paragraph, indented and broken between words. */
export const paragraph = (text: string, { indent = 2, width = PARAGRAPH_WIDTH } = {}): string => {
  const margin = ' '.repeat(indent - 1);
  const lines: string[] = [];
  let line = margin;
  for (const word of plain(text).split(/\s+/)) {
    if (line.trim() !== '' && line.length + 1 + word.length > Math.min(width, PARAGRAPH_WIDTH)) {
      lines.push(line);
      line = margin;
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
};

/** JSON for other programs. A person may look at it too, so characters that could control the terminal are escaped. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(/[\p{Cf}\u007f-\u009f\u2028\u2029]/gu, (found) =>
    found
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
