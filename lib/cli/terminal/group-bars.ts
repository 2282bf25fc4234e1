/** A bar chart of groups in a terminal: how often each is selected, compared with the most selected one. */
import { compare, divide, type Fraction, share, toDecimal } from '../../domain/evidence/predictions/fraction.ts';
import { plain } from './text.ts';

export type Bar = { readonly name: string; readonly rate: Fraction | undefined };
export type Terminal = { readonly width: number; readonly hasColor: boolean; readonly isUnicode: boolean };

/** The four-fifths rule: a group selected less than 0.8 times as often as the most selected one deserves a look. */
const FOUR_FIFTHS = share('0.8');
const NAME_MAX = 28;
const BAR_MAX = 50;
const BAR_MIN = 10;
/** `  0.1234  below 4/5: 0.1234`, after the bar. */
const FIGURES = 27;
/** On a narrower terminal there is no room for a bar between name and figures. */
const WIDTH_MIN = 60;

const UNICODE = { full: '█', parts: ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'], mark: '│', cut: '…' };
const ASCII = { full: '#', parts: [''], mark: '|', cut: '~' };
const RED = ['\u001b[31m', '\u001b[39m'] as const;

/** What the terminal can show, as far as the environment says so (https://no-color.org, POSIX locale variables). */
export const terminalOf = (
  env: Readonly<Record<string, string | undefined>>,
  stream: { readonly isTTY?: boolean; readonly columns?: number },
): Terminal => {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8';
  const columns = Number(env['COLUMNS']) || stream.columns || 80;
  return {
    width: Math.min(Math.max(columns, WIDTH_MIN), 200),
    hasColor: stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    isUnicode: /utf-?8/i.test(locale),
  };
};

/** One line for each group, with a mark at four fifths of the highest rate, and the mark explained below. */
export const groupBars = (bars: readonly Bar[], terminal: Terminal): string[] => {
  const highest = bars
    .flatMap(({ rate }) => rate ?? [])
    .sort(compare)
    .at(-1);
  if (highest === undefined) return [];
  const signs = terminal.isUnicode ? UNICODE : ASCII;
  const names = bars.map(({ name }) => shortenName(plain(name), Math.min(NAME_MAX, terminal.width / 4), signs.cut));
  const nameWidth = Math.max(...names.map(({ length }) => length));
  const barWidth = Math.floor(Math.max(BAR_MIN, Math.min(BAR_MAX, terminal.width - nameWidth - FIGURES - 4)));
  const at = Math.round(barWidth * 0.8);
  const line = ({ rate }: Bar, index: number) => {
    const name = (names[index] ?? '').padEnd(nameWidth);
    if (rate === undefined) return `  ${name}  ${markedBar('', at, barWidth, signs)}  inconclusive`;
    const ratio = divide(rate, highest);
    const isLow = ratio !== undefined && compare(ratio, FOUR_FIFTHS) < 0;
    const bar = markedBar(filled(ratio, barWidth, signs), at, barWidth, signs);
    const figures = `${toDecimal(rate)}${isLow ? `  below 4/5: ${toDecimal(ratio)}` : ''}`;
    return `  ${name}  ${isLow && terminal.hasColor ? `${RED[0]}${bar}${RED[1]}` : bar}  ${figures}`;
  };
  return [...bars.map(line), `${' '.repeat(nameWidth + 4 + at)}${signs.mark} 4/5 of the highest`];
};

type Signs = { readonly full: string; readonly parts: readonly string[]; readonly mark: string; readonly cut: string };

const filled = (ratio: Fraction | undefined, width: number, { full, parts }: Signs): string => {
  const units = Math.round((ratio === undefined ? 0 : Number(toDecimal(ratio, 6))) * width * parts.length);
  return full.repeat(Math.floor(units / parts.length)) + (parts[units % parts.length] ?? '');
};

const markedBar = (bar: string, at: number, width: number, { mark }: Signs): string => {
  const padded = bar.padEnd(width);
  return `${padded.slice(0, at)}${mark}${padded.slice(at + 1)}`;
};

const shortenName = (name: string, width: number, cut: string): string =>
  name.length > width ? `${name.slice(0, Math.floor(width) - 1).toWellFormed()}${cut}` : name;
