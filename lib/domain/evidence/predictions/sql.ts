/** Pieces of the SQL that DuckDB and Athena share. */
import { MISSING_NONE, MISSING_WORDS } from './same-value.ts';

/** A string literal. This is the only place where a value becomes SQL text. */
export const sqlLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A quoted name, which cannot be read as anything else. */
export const sqlIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The text of a cell without what surrounds it. */
export const speltCell = (cell: string): string => {
  const around = '[ \\t\\n\\x0B\\f\\r\\x{00A0}]+';
  return `regexp_replace(regexp_replace(CAST(${cell} AS VARCHAR), '^${around}', ''), '${around}$', '')`;
};

/**
 * A key for such a text: two cells have the same key if and only if `cellValue` gives them the same value, and NULL if it
 * gives none. For rows that have to be compared where they are. Whatever can be grouped first is compared by `cellValue`.
 */
export const valueKey = (spelt: string): string => {
  // DuckDB extracts '' where nothing matches, Athena NULL.
  const part = (pattern: string, group: number) => `coalesce(regexp_extract(${spelt}, '${pattern}', ${group}), '')`;
  const decimals = part('[.]([0-9]*)', 1);
  const digits = `regexp_replace(${part('^[+-]?([0-9]*)', 1)} || ${decimals}, '^0+', '')`;
  const kept = `regexp_replace(${digits}, '0+$', '')`;
  const exponent = `coalesce(TRY_CAST(${part('[eE]([+-]?[0-9]+)$', 1)} AS INTEGER), 0)`;
  const power = `${exponent} - length(${decimals}) + length(${digits}) - length(${kept})`;
  // Not `lower`, which makes a small i of a letter that `cellValue` takes for another one.
  const lower = `translate(${spelt}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')`;
  return `CASE
    WHEN ${part(`^-?[1-9][0-9]{0,${OWN_KEY_DIGITS - 1}}$`, 0)} <> '' THEN ${spelt}
    WHEN ${spelt} = ${sqlLiteral(MISSING_NONE)} OR ${isOneOf(lower, MISSING_WORDS)} THEN NULL
    WHEN ${isOneOf(lower, ['true', 'false'])} THEN ${lower}
    WHEN ${isOneOf(lower, ['inf', '+inf', 'infinity', '+infinity'])} THEN 'Infinity'
    WHEN ${isOneOf(lower, ['-inf', '-infinity'])} THEN '-Infinity'
    WHEN ${part('^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,4})?$', 0)} = '' THEN ${spelt}
    WHEN ${kept} = '' THEN '0'
    WHEN ${power} BETWEEN 0 AND ${OWN_KEY_DIGITS} - length(${kept})
      THEN ${part('^-', 0)} || rpad(${kept}, CAST(length(${kept}) + ${power} AS INTEGER), '0')
    ELSE ${part('^-', 0)} || ${kept} || 'e' || CAST(${power} AS VARCHAR)
  END`;
};

/** Not `IN`, of which DuckDB makes a join of all rows, those included that an earlier case has settled. */
const isOneOf = (text: string, words: readonly string[]): string =>
  words.map((word) => `${text} = ${sqlLiteral(word)}`).join(' OR ');

/** A whole number of at most so many digits is its own key, as engines write it. They fit into 64 bits. */
const OWN_KEY_DIGITS = 18;

/**
 * The rows of a table expression that has a column `cell`, with the key of that cell as `id`, and with these columns. Most
 * ids are words, or numbers as engines write them: these need no pattern, and patterns take longer than a join.
 */
export const keyedRows = (rows: string, columns: readonly string[]): string => {
  const others = columns.map((name) => `, ${name}`).join('');
  return `SELECT coalesce(quick, ${valueKey('spelt')}) AS id${others}
  FROM (
    SELECT quick, CASE WHEN quick IS NULL THEN ${speltCell('cell')} END AS spelt${others}
    FROM (SELECT cell, ${quickKey('cell')} AS quick${others} FROM (${rows}) AS celled) AS quickly
  ) AS spelled`;
};

/** Whether a cell is its own key, or none at all. False of some cells that are, and never true of one that is not. */
export const isOwnKey = (cell: string): string => `(${cell} IS NULL OR ${quickKey(cell)} IS NOT NULL)`;

/** Words in letters that say something else than themselves. `cellValue` has them too. */
const WORDS_IN_LETTERS = [...MISSING_WORDS, MISSING_NONE.toLowerCase(), 'true', 'false', 'inf', 'infinity'];

const LONGEST_WORD = Math.max(...WORDS_IN_LETTERS.map(({ length }) => length));
/** What `speltCell` takes away. */
const BLANKS = [' ', '\t', '\n', '\x0B', '\f', '\r', '\u00A0'];

/**
 * NULL for a cell whose key needs a closer look. The quickest question comes first, which most ids answer; comparing whole
 * texts costs less than to cut letters off them.
 */
const quickKey = (cell: string): string => {
  const isLetterFirst = `(${cell} >= 'a' AND ${cell} < '{' OR ${cell} >= 'A' AND ${cell} < '[')`;
  const endsInNoBlank = BLANKS.map((blank) => `${cell} NOT LIKE ${sqlLiteral(`%${blank}`)}`).join(' AND ');
  return `CASE
    WHEN length(${cell}) > ${LONGEST_WORD} AND ${isLetterFirst} AND ${endsInNoBlank} THEN ${cell}
    WHEN length(${cell}) <= ${OWN_KEY_DIGITS} AND CAST(TRY_CAST(${cell} AS BIGINT) AS VARCHAR) = ${cell} THEN ${cell}
    WHEN ${isLetterFirst} AND ${endsInNoBlank} AND NOT (${isOneOf(`lower(${cell})`, WORDS_IN_LETTERS)}) THEN ${cell}
  END`;
};
