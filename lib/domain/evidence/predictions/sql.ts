/** Pieces of the SQL that DuckDB and Athena share. */

/** A column by its name, which is never taken for anything else. */
export const column = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** From here on a double cannot tell one integer from the next. */
const INEXACT = '9007199254740992';

/**
 * A decision or a label as text that compares alike in every format: numbers as numbers, so that 1 and 1.0 are one
 * decision, and NULL for blanks and NaN, which are none.
 */
export const decision = (name: string): string => {
  const text = `trim(CAST(${column(name)} AS VARCHAR))`;
  const number = `TRY_CAST(${text} AS DOUBLE)`;
  return `CASE WHEN lower(${text}) IN ('', 'nan') THEN NULL WHEN abs(${number}) < ${INEXACT} THEN CAST(${number} AS VARCHAR) ELSE lower(${text}) END`;
};
