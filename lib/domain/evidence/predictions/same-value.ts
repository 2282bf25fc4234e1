/**
 * Whether two cells say the same, however engines, file formats and manifests spell it. Everything that compares values
 * of predictions asks here: favorable values, decisions, groups, those of a policy and those of another release.
 */

/** What surrounds a value and is no part of it. The SQL in `sql.ts` has the same characters. */
const AROUND = /^[ \t\n\v\f\r\u00a0]+|[ \t\n\v\f\r\u00a0]+$/g;

/** Cells that say there is no value, in lower case: of SQL, JSON, pandas and Hive. */
export const MISSING_WORDS = ['', 'nan', '+nan', '-nan', 'nat', 'null', '<na>', '\\n'] as const;
/** Python's, in this spelling only: in other spellings it is an English word, and may well be a group. */
export const MISSING_NONE = 'None';

const TRUTH = /^(true|false)$/i;
const INFINITE = /^(?<sign>[+-]?)inf(inity)?$/i;
const NUMBER = /^(?<sign>[+-]?)(?=\.?\d)(?<whole>\d*)\.?(?<decimals>\d*)(?:e(?<exponent>[+-]?\d{1,4}))?$/i;

/**
 * The value that a cell has, in one spelling for all that mean the same: 1, 1.0 and 1e0 are `1`, True and TRUE are
 * `true`. Undefined if the cell says that there is none.
 */
export const cellValue = (cell: string): string | undefined => {
  const text = cell.replace(AROUND, '');
  if (text === MISSING_NONE || MISSING_WORDS.some((word) => word === text.toLowerCase())) return undefined;
  if (TRUTH.test(text)) return text.toLowerCase();
  const { sign } = INFINITE.exec(text)?.groups ?? {};
  if (sign !== undefined) return sign === '-' ? '-Infinity' : 'Infinity';
  return numberOf(text) ?? text;
};

/** Cells without a value are not the same as anything, not even as one another. */
export const isSameValue = (a: string, b: string): boolean => {
  const value = cellValue(a);
  return value !== undefined && value === cellValue(b);
};

/** The value, for people who are to find what they wrote; the text itself where it has none. */
export const spelling = (text: string): string => cellValue(text) ?? text;

/** Numbers of more digits than this are written with an exponent. */
const PLAIN_DIGITS = 40;

/**
 * A number in one spelling. Its digits are compared and not its double, because as doubles 9007199254740992 and
 * 9007199254740993 are the same.
 */
const numberOf = (text: string): string | undefined => {
  const { sign, whole = '', decimals = '', exponent = '0' } = NUMBER.exec(text)?.groups ?? {};
  if (sign === undefined) return undefined;
  const digits = `${whole}${decimals}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  if (kept === '') return '0';
  const power = Number(exponent) - decimals.length + digits.length - kept.length;
  return `${sign === '-' ? '-' : ''}${inDigits(kept, power)}`;
};

const inDigits = (kept: string, power: number): string => {
  if (kept.length + Math.abs(power) > PLAIN_DIGITS) return `${kept}e${power}`;
  if (power >= 0) return kept + '0'.repeat(power);
  const padded = kept.padStart(1 - power, '0');
  return `${padded.slice(0, power)}.${padded.slice(power)}`;
};
