/** The statement that compares the decisions of two releases row by row, and the one that names repeated ids, in the SQL that DuckDB and Athena share. */
import type { BehaviourQuestion } from './behaviour-question.ts';
import { COMBINATIONS_MAX, VALUE_MAX_CHARACTERS } from './predictions-sql.ts';
import { keyedRows, speltCell, sqlIdentifier, valueKey } from './sql.ts';

/** A further column of the release's table: what it has to do with the decisions that change is to be found out. */
export type FurtherColumn = { readonly name: string; readonly isNumber: boolean };

/** How many repeated ids are looked for, to name some of them. */
export const REPEATED_SHOWN = 5;
/** A column of more values than this is no category. With each value come up to nine pairs of decisions. */
export const COLUMN_VALUES_MAX = 1000;
const PAIRS_OF_DECISIONS = 9;

export const attributeAlias = (index: number): string => `attribute_${index}`;
export const formerAlias = (index: number): string => `former_attribute_${index}`;
/** A further column's number; what its cells say besides, where they are texts; and ten to the place of a number's second digit. */
const furtherAlias = (index: number): string => `further_${index}`;
const furtherText = (index: number): string => `further_text_${index}`;
const scaleAlias = (index: number): string => `scale_${index}`;
const furtherAliases = ({ isNumber }: FurtherColumn, index: number): string[] =>
  isNumber ? [furtherAlias(index)] : [furtherAlias(index), furtherText(index)];
const sameAliases = (index: number) => ({ now: `same_${index}`, former: `former_same_${index}` });
type SameAliases = ReturnType<typeof sameAliases>;

/**
 * What a row of the result is about, in its column `part`: a further column by its index, all rows, or the ids of the live
 * release's table: how many there are, in `here`, and how many rows have one, in `n`.
 */
export const ALL_ROWS = -1;
export const LIVE_IDS = -2;

/** The question, with what was found of the tables. */
export type BehaviourStatement = BehaviourQuestion & {
  /** Those of `sameColumns` that the live release's table has. */
  readonly liveColumns: readonly string[];
  readonly further: readonly FurtherColumn[];
  readonly ids: Ids;
};

/** How ids are compared, and what is known of them before. */
export type Ids = {
  /** As whole numbers by the type of their column in both tables; as texts that all are their own keys; or by their keys. */
  readonly as: 'numbers' | 'texts' | 'keys';
  /**
   * How many rows of each table have an id, where neither has one more often than some hundred times. Then the pairs are no more
   * than can be counted, and tell whether an id is repeated.
   */
  readonly named?: { readonly now: number; readonly former: number };
};

/**
 * Joins the two tables on their ids, and counts each combination of decisions, labels and protected attributes, and of
 * decisions with each further column. Unless it is known that neither table repeats an id often, nothing is joined
 * if it repeats one, because the pairs could be more than any engine can count. Whether ids are repeated otherwise, `mayRepeatIds`
 * tells from the result.
 */
export const behaviourSql = (now: string, former: string, asked: BehaviourStatement): string => {
  const { attributes, further } = asked;
  const main = ['label', 'prediction', 'former_label', 'former_prediction', ...attributeNames(attributes)];
  const whole = ['here', 'there', 'differs', ...main];
  const set = (names: readonly string[]) => `(${names.join(', ')})`;
  const sets = [
    set(whole),
    ...further.map((column, index) => set(['prediction', 'former_prediction', ...furtherAliases(column, index)])),
  ];
  const cells = further.flatMap(furtherAliases);
  const most = COLUMN_VALUES_MAX * PAIRS_OF_DECISIONS;
  const live = `live_ids AS (
  SELECT count(*) AS ids, coalesce(sum(copies), 0) AS id_rows FROM (${idsIn(former, asked.former.rowId, asked)}) AS counted
), `;
  const isKnown = asked.ids.named !== undefined;
  const ofLive = `
  UNION ALL
  SELECT ${LIVE_IDS}, ids, 0, 0, ${[...main, 'cell'].map(() => 'CAST(NULL AS VARCHAR)').join(', ')}, id_rows FROM live_ids`;
  return `WITH ${isKnown ? '' : live}pair AS (
  ${pairOf(now, former, asked)}
), tally AS (
  SELECT ${[...whole, ...cells].join(', ')}, count(*) AS n
  FROM pair
  GROUP BY GROUPING SETS (${sets.join(', ')})
), part_of AS (
  SELECT ${partOf(further)} AS part, here, there, differs, ${main.map(textOf).join(', ')}, ${cellOf(further)} AS cell, n
  FROM tally
), sized AS (
  SELECT part_of.*, count(*) OVER (PARTITION BY part) AS size FROM part_of
)
SELECT part, ${whole.join(', ')}, cell, n
FROM (
  SELECT part, ${whole.join(', ')}, cell, n FROM sized WHERE part = ${ALL_ROWS} OR size <= ${most}${isKnown ? '' : ofLive}
) AS answer
ORDER BY part
LIMIT ${COMBINATIONS_MAX + 2 + further.length * most}`;
};

const attributeNames = (attributes: BehaviourQuestion['attributes']): string[] =>
  attributes.flatMap(({ now, former }, index) => [
    ...(now === undefined ? [] : [attributeAlias(index)]),
    ...(former === undefined ? [] : [formerAlias(index)]),
  ]);

/** Names some ids that a table has more than once: the side, 1 for the release's own, the id, and how many rows have it. */
export const repeatedIdsSql = (now: string, former: string, asked: BehaviourStatement): string =>
  `SELECT side, substr(CAST(id AS VARCHAR), 1, ${VALUE_MAX_CHARACTERS}) AS id, copies
FROM (
  SELECT 1 AS side, id, copies FROM (${idsIn(now, asked.now.rowId, asked)}) AS ids_now
  UNION ALL
  SELECT 0 AS side, id, copies FROM (${idsIn(former, asked.former.rowId, asked)}) AS ids_former
) AS counted
WHERE copies > 1
ORDER BY copies DESC, id, side DESC
LIMIT ${REPEATED_SHOWN + 1}`;

/** Engines read a table once more for this: ids alone, which is less than to keep all columns of all rows. */
const idsIn = (source: string, rowId: string, { ids }: BehaviourStatement): string =>
  `SELECT id, count(*) AS copies FROM (${withIds(source, rowId, ids.as, [])}) AS ids WHERE id IS NOT NULL GROUP BY id`;

type Named = { readonly cell: string; readonly alias: string };

/** The rows of a table with their ids, and with these cells of each. */
const withIds = (source: string, rowId: string, as: Ids['as'], cells: readonly Named[]): string => {
  const named = cells.map(({ cell, alias }) => `, ${cell} AS ${alias}`).join('');
  const id = sqlIdentifier(rowId);
  const text = `CAST(${id} AS VARCHAR)`;
  return as === 'keys'
    ? keyedRows(
        `SELECT ${text} AS cell${named} FROM ${source}`,
        cells.map(({ alias }) => alias),
      )
    : `SELECT ${as === 'numbers' ? id : text} AS id${named} FROM ${source}`;
};

const pairOf = (now: string, former: string, asked: BehaviourStatement): string => {
  const { ids, further } = asked;
  const ofFormer = cellsOfFormer(asked);
  const cells = further.flatMap(furtherAliases);
  const same = comparedAliases(asked);
  const unkept = asked.sameColumns.flatMap((_, index) => Object.values(sameAliases(index)));
  // 0: only in the other table; 1: here; 2: here, but without an id.
  const marked = (name: string) =>
    `CASE WHEN ${name} IS NULL THEN 0 WHEN ${name}_row.id IS NULL THEN 2 ELSE 1 END AS ${name}`;
  const aliases = [...cellsOfNow(asked), ...ofFormer]
    .map(({ alias }) => alias)
    .filter((alias) => !unkept.includes(alias));
  // A cell of its own for what is missing, because NULL says that a row of the tally is not about this column.
  const filled = further.flatMap((column, index) =>
    furtherAliases(column, index).map(
      (alias) => `coalesce(${alias}, ${alias === furtherAlias(index) ? NO_NUMBER : "''"}) AS ${alias}`,
    ),
  );
  const there = withIds(former, asked.former.rowId, ids.as, [mark('there'), ...ofFormer]);
  const joined = `FROM (${rowsOfNow(now, asked)}) AS here_row
  FULL OUTER JOIN (
    ${ids.named ? there : `SELECT * FROM (${there}) AS there_keyed WHERE (SELECT id_rows - ids FROM live_ids) = 0`}
  ) AS there_row ON here_row.id = there_row.id`;
  const columns = [marked('here'), marked('there'), ...aliases, ...filled];
  if (same.length === 0) return `SELECT ${columns.join(', ')}, 0 AS differs\n  ${joined}`;
  const kept = ['here', 'there', ...aliases, ...cells];
  const compared = same.flatMap((both) => Object.values(both));
  return differing(`SELECT ${[...columns, ...compared].join(', ')}\n  ${joined}`, kept, same);
};

const mark = (name: string): Named => ({ cell: '1', alias: name });

/** The rows of the release's own table, with the cells of the further columns. */
const rowsOfNow = (now: string, asked: BehaviourStatement): string => {
  const { ids, further } = asked;
  const cells = [mark('here'), ...cellsOfNow(asked)];
  const rows = withIds(now, asked.now.rowId, ids.as, [...cells, ...further.flatMap(readCells)]);
  const names = ['id', ...cells.map(({ alias }) => alias)];
  return further.length === 0
    ? rows
    : `SELECT ${[...names, ...further.flatMap(roundedCells)].join(', ')} FROM (${rows}) AS read_row`;
};

const columnCell = (column: string, alias: string): Named => ({ cell: sqlIdentifier(column), alias });
const textCellOf = (column: string, alias: string): Named => ({
  cell: `CAST(${sqlIdentifier(column)} AS VARCHAR)`,
  alias,
});

const cellsOfNow = ({ now, attributes, sameColumns }: BehaviourStatement): Named[] => [
  columnCell(now.label_column, 'label'),
  columnCell(now.prediction_column, 'prediction'),
  ...attributes.flatMap((one, index) => (one.now === undefined ? [] : [columnCell(one.now, attributeAlias(index))])),
  ...sameColumns.map((column, index) => textCellOf(column, sameAliases(index).now)),
];

const cellsOfFormer = ({ former, attributes, sameColumns, liveColumns }: BehaviourStatement): Named[] => [
  columnCell(former.label_column, 'former_label'),
  columnCell(former.prediction_column, 'former_prediction'),
  ...attributes.flatMap((one, index) => (one.former === undefined ? [] : [columnCell(one.former, formerAlias(index))])),
  ...sameColumns.flatMap((column, index) =>
    liveColumns.includes(column) ? [textCellOf(column, sameAliases(index).former)] : [],
  ),
];

/** The aliases of each column that both tables have. */
const comparedAliases = ({ sameColumns, liveColumns }: BehaviourStatement): SameAliases[] =>
  sameColumns.flatMap((column, index) => (liveColumns.includes(column) ? [sameAliases(index)] : []));

/**
 * The pairs, and whether one of these columns says something else of them than the live release's table does. Where that
 * has no value nothing can differ from it. Most cells are spelt alike, and need no key.
 */
const differing = (pairs: string, kept: readonly string[], same: readonly SameAliases[]): string => {
  const list = (make: (alias: string, both: SameAliases) => string) =>
    same.flatMap((both) => Object.values(both).map((alias) => `${make(alias, both)} AS ${alias}`)).join(', ');
  const spelt = list((alias, both) => `CASE WHEN ${both.now} = ${both.former} THEN NULL ELSE ${speltCell(alias)} END`);
  const keyed = list((alias) => valueKey(alias));
  const differs = same.map(({ now, former }) => `(${former} IS NOT NULL AND coalesce(${now} <> ${former}, TRUE))`);
  const names = kept.join(', ');
  return `SELECT ${names}, CASE WHEN here = 1 AND there = 1 AND (${differs.join(' OR ')}) THEN 1 ELSE 0 END AS differs
  FROM (SELECT ${names}, ${keyed} FROM (SELECT ${names}, ${spelt} FROM (${pairs}) AS pairs) AS spelt_pairs) AS keyed_pairs`;
};

/** What is read of a further column. Engines make a number of a text once here, and would do so for each use of it in a `CASE`. */
const readCells = ({ name, isNumber }: FurtherColumn, index: number): Named[] => {
  const column = sqlIdentifier(name);
  const number = isNumber ? `CAST(${column} AS DOUBLE)` : `TRY_CAST(CAST(${column} AS VARCHAR) AS DOUBLE)`;
  const text = `substr(CAST(${column} AS VARCHAR), 1, ${VALUE_MAX_CHARACTERS + 1})`;
  return [
    { cell: number, alias: furtherAlias(index) },
    { cell: `power(1E1, floor(log10(nullif(abs(${number}), 0))) - 1)`, alias: scaleAlias(index) },
    ...(isNumber ? [] : [{ cell: text, alias: furtherText(index) }]),
  ];
};

/**
 * A number to two significant digits, so that no column of numbers has more than some hundreds of values, and nobody's own
 * number is shown; any other cell as it is. Quartiles are made of the counts of these. Numbers become text after they are
 * counted.
 */
const roundedCells = ({ isNumber }: FurtherColumn, index: number): string[] => {
  const [number, scale, text] = [furtherAlias(index), scaleAlias(index), furtherText(index)];
  const isRounded = `abs(${number}) >= 1E-200 AND abs(${number}) < 1E200`;
  // The case of nearly all rows first: DuckDB is twice as fast where the first one holds for all.
  const rounded = `CASE
    WHEN ${isRounded} THEN round(${number} / ${scale}) * ${scale}
    WHEN abs(${number}) < 1E-200 THEN 0E0${isNumber ? `\n    ELSE ${number}` : ''}
  END AS ${number}`;
  return isNumber ? [rounded] : [rounded, `CASE WHEN abs(${number}) < 1E200 THEN '' ELSE ${text} END AS ${text}`];
};

const NO_NUMBER = "CAST('NaN' AS DOUBLE)";
/** In both engines no NaN is less than anything; they differ in whether it equals itself. Rounding can give 1E200. */
const isSome = (number: string): string => `${number} < 1E300`;

/** Each row of the tally is of one set of columns. The number of a further column is never NULL in its own set. */
const partOf = (further: readonly FurtherColumn[]): string =>
  further.length === 0
    ? `${ALL_ROWS}`
    : `CASE ${further.map((_, index) => `WHEN ${furtherAlias(index)} IS NOT NULL THEN ${index}`).join(' ')} ELSE ${ALL_ROWS} END`;

const cellOf = (further: readonly FurtherColumn[]): string => {
  const texts = further.map(({ isNumber }, index) => {
    const number = `CAST(${furtherAlias(index)} AS VARCHAR)`;
    return isNumber ? number : `CASE WHEN ${isSome(furtherAlias(index))} THEN ${number} ELSE ${furtherText(index)} END`;
  });
  return further.length === 0 ? 'CAST(NULL AS VARCHAR)' : `coalesce(${[...texts, 'NULL'].join(', ')})`;
};

/** One character more than allowed is enough to detect. */
const textOf = (name: string): string => `substr(CAST(${name} AS VARCHAR), 1, ${VALUE_MAX_CHARACTERS + 1}) AS ${name}`;
