/** Pieces of the SQL that DuckDB and Athena share. */

/** A quoted column name, which cannot be read as anything else. */
export const column = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** From this value on, a double cannot tell one integer from the next. */
const INEXACT = '9007199254740992';

/**
 * A decision or a label as text that compares the same in every format. Numbers are normalised, so that 1 and 1.0 are
 * the same decision; blanks and NaN, which are no decision, become NULL.
 */
export const decision = (name: string): string => {
  const text = `trim(CAST(${column(name)} AS VARCHAR))`;
  const number = `TRY_CAST(${text} AS DOUBLE)`;
  return `CASE WHEN lower(${text}) IN ('', 'nan') THEN NULL WHEN abs(${number}) < ${INEXACT} THEN CAST(${number} AS VARCHAR) ELSE lower(${text}) END`;
};
