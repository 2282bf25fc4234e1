import { shorten } from './text.ts';

type Terminal = { readonly write: (text: string) => void; readonly columns: number };

/**
 * Shows a text that changes, in place: the cursor goes up to the first line that differs. Lines are cut to the width of the
 * terminal, since one that wraps would be two.
 */
export const redrawing = ({ write, columns }: Terminal): ((text: string) => void) => {
  let drawn: readonly string[] = [];
  return (text) => {
    const lines = text.split('\n').map((line) => shorten(line, columns - 1));
    const differs = lines.findIndex((line, index) => line !== drawn[index]);
    const same = differs === -1 ? lines.length : differs;
    const up = drawn.length - same;
    const fresh = lines.slice(same).map((line) => `${line}\n`);
    if (up > 0 || fresh.length > 0) write(`${up > 0 ? `\u001b[${up}A\u001b[J` : ''}${fresh.join('')}`);
    drawn = lines;
  };
};

/** Where nothing can be drawn again, only the lines that were not there before are written. */
export const appending = (out: (line: string) => void): ((text: string) => void) => {
  let before = new Set<string>();
  return (text) => {
    const lines = text.split('\n');
    for (const line of lines) if (line !== '' && !before.has(line)) out(line);
    before = new Set(lines);
  };
};
