/** Outcomes counted per group: all that a fairness check needs to know of a table of predictions. */
import * as z from 'zod';
import { Refusal } from '../refusal.ts';
import type { PredictionsReference } from '../release/manifest.ts';

/** Between the names and between the values of an intersection of two protected attributes. */
export const INTERSECTION = ' × ';
/** More groups than this are no protected attribute but an identifier or a number. */
export const GROUPS_MAX = 2000;

const Count = z.int().min(0);

/** The outcomes of one group. Rows of the group: `count + missingPredictions`. */
export const OutcomeGroup = z.strictObject({
  /** One protected attribute, or two as `race × sex`. */
  attribute: z.string(),
  value: z.string(),
  /** Rows with a prediction. */
  count: Count,
  /** Rows predicted favorable. */
  favorable: Count,
  /** Rows with a prediction and a label. */
  labelled: Count,
  /** Of the labelled rows: those whose label is favorable, and what was predicted favorable of either kind. */
  actualFavorable: Count,
  truePositive: Count,
  falsePositive: Count,
  missingPredictions: Count,
  /** Rows with a prediction and no label. */
  missingLabels: Count,
});
export type OutcomeGroup = z.infer<typeof OutcomeGroup>;

export const OutcomeCounts = z.strictObject({
  attributes: z.array(z.string()).min(1),
  groups: z.array(OutcomeGroup),
  rows: Count,
  /** Rows that lack a value: counted and stated, never dropped silently. */
  missing: z.strictObject({ predictions: Count, labels: Count, attributes: z.record(z.string(), Count) }),
  /** How many different values there are besides the favorable one: more than one is no yes-or-no outcome. */
  otherValues: z.strictObject({ predictions: Count, labels: Count }),
});
export type OutcomeCounts = z.infer<typeof OutcomeCounts>;

type Reference = z.infer<typeof PredictionsReference>;

/**
 * The one statement that counts outcomes, in the SQL that DuckDB and Athena share; `source` is a table expression of
 * either. The table is read once and grouped by its raw values; whatever must be looked at more closely (missing,
 * favorable) is looked at on those few combinations.
 */
export const outcomeCountsSql = (source: string, reference: Reference): string => {
  assertDistinctColumns(reference);
  const attributes = reference.protected_attributes.map((name, index) => ({
    column: name,
    alias: `attribute_${index}`,
  }));
  const columns = [
    { column: reference.label_column, alias: 'label' },
    { column: reference.prediction_column, alias: 'prediction' },
    ...attributes,
  ];
  const names = attributes.map(({ alias }) => alias);
  const sets = groupingSets(attributes.length).map((set) => `(${set.map((index) => names[index]).join(', ')})`);
  const sumWhere = (condition: string) => `coalesce(CAST(sum(n) FILTER (WHERE ${condition}) AS BIGINT), 0)`;
  const othersOf = (name: string) => `count(DISTINCT CASE WHEN NOT ${name}_favorable THEN ${name} END)`;
  const isLabelled = 'prediction IS NOT NULL AND label IS NOT NULL';
  return `WITH tally AS (
  SELECT ${columns.map(({ column, alias }) => `${identifier(column)} AS ${alias}`).join(', ')}, count(*) AS n
  FROM ${source}
  GROUP BY ${columns.map((_, index) => index + 1).join(', ')}
), spelt AS (
  SELECT ${columns.map(({ alias }) => `${presentText(alias)} AS ${alias}`).join(', ')}, n
  FROM tally
), outcome AS (
  SELECT spelt.*, ${['label', 'prediction'].map((name) => `${isFavorable(name, reference.favorable_value)} AS ${name}_favorable`).join(', ')}
  FROM spelt
)
SELECT grouping(${names.join(', ')}) AS grouping_id, ${names.join(', ')},
  ${sumWhere('prediction IS NOT NULL')} AS predicted,
  ${sumWhere('prediction_favorable')} AS favorable,
  ${sumWhere(isLabelled)} AS labelled,
  ${sumWhere(`${isLabelled} AND label_favorable`)} AS actual_favorable,
  ${sumWhere('prediction_favorable AND label_favorable')} AS true_positive,
  ${sumWhere('prediction_favorable AND label IS NOT NULL AND NOT label_favorable')} AS false_positive,
  ${sumWhere('prediction IS NULL')} AS missing_predictions,
  ${sumWhere('prediction IS NOT NULL AND label IS NULL')} AS missing_labels,
  ${sumWhere('label IS NULL')} AS unlabelled,
  ${othersOf('prediction')} AS other_predictions,
  ${othersOf('label')} AS other_labels
FROM outcome
GROUP BY GROUPING SETS (${sets.join(', ')})
LIMIT ${GROUPS_MAX + 1}`;
};

const Cell = z.union([z.string(), z.number(), z.bigint()]).transform(Number).pipe(Count);
const OutcomeRow = z.looseObject({
  grouping_id: Cell,
  predicted: Cell,
  favorable: Cell,
  labelled: Cell,
  actual_favorable: Cell,
  true_positive: Cell,
  false_positive: Cell,
  missing_predictions: Cell,
  missing_labels: Cell,
  unlabelled: Cell,
  other_predictions: Cell,
  other_labels: Cell,
});
type OutcomeRow = z.infer<typeof OutcomeRow>;

/** What the rows of that statement say, whichever engine answered it. */
export const outcomeCountsOf = (rows: readonly unknown[], reference: Reference): OutcomeCounts => {
  if (rows.length > GROUPS_MAX) {
    const problem = `have more than ${GROUPS_MAX} groups: name attributes of few values, and put numbers such as age in bands`;
    const field = 'predictions.protected_attributes';
    throw new Refusal('EvidenceUnreadable', `could not count outcomes: ${field} ${problem}`, [{ field, problem }]);
  }
  const attributes = reference.protected_attributes;
  const parsed = z.array(OutcomeRow).parse(rows);
  const setOf = (row: OutcomeRow) =>
    attributes.flatMap((_, index) => ((row.grouping_id >> (attributes.length - 1 - index)) & 1 ? [] : [index]));
  const total = parsed.find((row) => setOf(row).length === 0);
  const groups = parsed.flatMap((row) => groupOf(row, setOf(row), attributes));
  const rowCount = total === undefined ? 0 : total.predicted + total.missing_predictions;
  const rowsWith = (name: string) =>
    groups.reduce((sum, group) => (group.attribute === name ? sum + group.count + group.missingPredictions : sum), 0);
  return OutcomeCounts.parse({
    attributes: [...attributes],
    groups: groups.sort((a, b) => order(a.attribute, b.attribute) || order(a.value, b.value)),
    rows: rowCount,
    missing: {
      predictions: total?.missing_predictions ?? 0,
      labels: total?.unlabelled ?? 0,
      attributes: Object.fromEntries(attributes.map((name) => [name, rowCount - rowsWith(name)])),
    },
    otherValues: { predictions: total?.other_predictions ?? 0, labels: total?.other_labels ?? 0 },
  });
};

/** A string literal: the one place where a value becomes SQL text. */
export const sqlLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** All rows, each attribute, and each pair of attributes. */
const groupingSets = (attributes: number): number[][] => {
  const indexes = Array.from({ length: attributes }, (_, index) => index);
  return [[], ...indexes.map((i) => [i]), ...indexes.flatMap((i) => indexes.slice(i + 1).map((j) => [i, j]))];
};

/** NULL, blanks and NaN all mean that there is no value. */
const presentText = (name: string): string =>
  `CASE WHEN lower(trim(CAST(${name} AS VARCHAR))) IN ('', 'nan') THEN NULL ELSE CAST(${name} AS VARCHAR) END`;

/** Numbers are compared as numbers and truth values without case, because engines and file formats spell them differently. */
const isFavorable = (name: string, value: string): string => {
  const literal = sqlLiteral(value);
  if (/^-?\d+(\.\d+)?$/.test(value)) {
    return `coalesce(${name} = ${literal} OR TRY_CAST(${name} AS DOUBLE) = CAST(${literal} AS DOUBLE), false)`;
  }
  if (/^(true|false)$/i.test(value)) return `coalesce(lower(${name}) = ${sqlLiteral(value.toLowerCase())}, false)`;
  return `coalesce(${name} = ${literal}, false)`;
};

const groupOf = (row: OutcomeRow, set: readonly number[], attributes: readonly string[]): OutcomeGroup[] => {
  const values = set.map((index) => row[`attribute_${index}`]);
  // Rows without the attribute are no group; they are what the groups' rows fall short of all rows.
  if (set.length === 0 || values.some((value) => value === null)) return [];
  return [
    {
      attribute: set.map((index) => attributes[index]).join(INTERSECTION),
      value: values.join(INTERSECTION),
      count: row.predicted,
      favorable: row.favorable,
      labelled: row.labelled,
      actualFavorable: row.actual_favorable,
      truePositive: row.true_positive,
      falsePositive: row.false_positive,
      missingPredictions: row.missing_predictions,
      missingLabels: row.missing_labels,
    },
  ];
};

/** A label that were its own prediction would make every model perfect; engines do not tell columns apart by case. */
const assertDistinctColumns = (reference: Reference): void => {
  const used = [reference.label_column, reference.prediction_column, ...reference.protected_attributes];
  const repeated = used.filter((name, i) => used.findIndex((other) => other.toLowerCase() === name.toLowerCase()) < i);
  if (repeated.length === 0) return;
  const faults = repeated.map((name) => ({ field: 'predictions', problem: `uses column ${name} twice` }));
  throw new Refusal('EvidenceUnreadable', 'could not count outcomes: a column has two meanings', faults);
};

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
