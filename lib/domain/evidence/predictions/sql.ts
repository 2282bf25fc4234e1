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
  const lower = `lower(${spelt})`;
  return `CASE
    WHEN ${part('^-?[1-9]([0-9]*[1-9])?$', 0)} <> '' THEN ${spelt} || 'e0'
    WHEN ${spelt} = ${sqlLiteral(MISSING_NONE)} OR ${lower} IN (${MISSING_WORDS.map(sqlLiteral).join(', ')}) THEN NULL
    WHEN ${lower} IN ('true', 'false') THEN ${lower}
    WHEN ${lower} IN ('inf', '+inf', 'infinity', '+infinity') THEN 'Infinity'
    WHEN ${lower} IN ('-inf', '-infinity') THEN '-Infinity'
    WHEN ${part('^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,4})?$', 0)} = '' THEN ${spelt}
    WHEN ${kept} = '' THEN '0'
    ELSE ${part('^-', 0)} || ${kept} || 'e' || CAST(${power} AS VARCHAR)
  END`;
};
