import { resolve } from 'node:path';
import type { EngineLimits } from '../../adapters/counting/duckdb-engine.ts';
import { countOutcomes } from '../../adapters/counting/duckdb-outcome-counts.ts';
import { intervalOf, type Measure } from '../../domain/evidence/fairness/fairness.ts';
import { type FacetMeasures, facetMeasures } from '../../domain/evidence/fairness/fairness-facets.ts';
import {
  type AttributeReport,
  fairnessReport,
  type GroupReport,
  type ReportedRate,
} from '../../domain/evidence/fairness/fairness-report.ts';
import type { Interval } from '../../domain/evidence/fairness/intervals.ts';
import { type PowerRow, powerOf } from '../../domain/evidence/fairness/power.ts';
import { MINIMUM_ROWS, rowsInWords } from '../../domain/evidence/fairness/rates.ts';
import { type Fraction, Share, toDecimal } from '../../domain/evidence/predictions/fraction.ts';
import {
  misnamedColumns,
  type OutcomeCounts,
  type OutcomeGroup,
} from '../../domain/evidence/predictions/predictions.ts';
import type { OutcomeQuestion } from '../../domain/evidence/predictions/predictions-tally.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { type Terminal, terminalOf } from '../terminal/group-bars.ts';
import { groupPicture } from '../terminal/group-picture.ts';
import { columns, count, jsonText, plain } from '../terminal/text.ts';

/** On the user's own machine nobody else has to wait: an hour, and as much as the disk holds. */
const LIMITS: Partial<EngineLimits> = {
  fileBytes: 1024 ** 4,
  unpackedBytes: 1024 ** 4,
  rows: 10_000_000_000,
  seconds: 3600,
};
/** As many places as a double can hold, so that other programs can compare. */
const JSON_PLACES = 15;

export const command = defineCommand({
  name: 'fairness',
  parameters: ['FILE'],
  description: [
    'Measures fairness by group from a table of predictions (Parquet, or CSV and JSON Lines, which may be gzipped): per',
    'group and per intersection, as fairlearn and SageMaker Clarify define it. A rate over no rows, or over fewer rows',
    'than the minimum, is reported as inconclusive, never as 0. Needs no AWS.',
  ].join('\n'),
  example: 'examples/hmda-mortgage/1.0.0/predictions.parquet --label label --prediction prediction --by race',
  options: {
    label: { type: 'string', isRequired: true, description: 'column of the true outcome' },
    prediction: { type: 'string', isRequired: true, description: "column of the model's decision" },
    by: { type: 'string', isRequired: true, description: 'columns of the protected attributes, comma-separated' },
    weights: { type: 'string', description: 'column of sample weights' },
    favorable: { type: 'string', description: 'the favorable value (1)' },
    'min-group': { type: 'string', description: `fewest rows that a rate is taken over (${MINIMUM_ROWS})` },
    power: {
      type: 'string',
      description: 'also say how often a model with this true ratio of selection rates would pass',
    },
    minimum: { type: 'string', description: 'the ratio that --power has to reach (0.80)' },
    json: { type: 'boolean', description: 'print counts and measures as JSON' },
  },
  run: async ({ values, positionals: [file = ''] }, around) => {
    const question = questionOf(values);
    const minimum = minimumOf(values['min-group']);
    const power = powerAsked(values);
    const counts = await countOutcomes(resolve(around.directory, file), question, LIMITS);
    const report = fairnessReport(counts, minimum);
    around.out(
      values.json
        ? jsonText(documentOf(counts, report, { question, minimum, power }))
        : accountOf(counts, report, { question, minimum, power, terminal: terminalOf(around.env, process.stdout) }),
    );
    return EXIT.ok;
  },
});

type Columns = Readonly<
  Record<'label' | 'prediction' | 'by', string> & Partial<Record<'weights' | 'favorable', string>>
>;

const questionOf = ({ label, prediction, by, weights, favorable = '1' }: Columns): OutcomeQuestion => {
  const attributes = by.split(',').map((name) => name.trim());
  if (attributes.includes('')) throw new UsageError('fairness: --by needs comma-separated columns');
  return {
    label_column: label,
    prediction_column: prediction,
    protected_attributes: attributes,
    favorable_value: favorable,
    ...(weights === undefined ? {} : { weight_column: weights }),
  };
};

const minimumOf = (text = `${MINIMUM_ROWS}`): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError('fairness: --min-group needs a whole number of rows');
};

type PowerAsked = { readonly ratio: number; readonly minimum: number };

const powerAsked = (values: Readonly<Partial<Record<'power' | 'minimum', string>>>): PowerAsked | undefined => {
  const { power, minimum = '0.80' } = values;
  if (power === undefined && values.minimum !== undefined) throw new UsageError('fairness: --minimum needs --power');
  const [ratio, least] = [power ?? '1', minimum].map((text) => (Share.safeParse(text).success ? Number(text) : 0));
  if (!ratio || !least) throw new UsageError('fairness: --power and --minimum need a ratio above 0 and up to 1');
  return power === undefined ? undefined : { ratio, minimum: least };
};

type Asked = {
  readonly question: OutcomeQuestion;
  readonly minimum: number;
  readonly power: PowerAsked | undefined;
};

const documentOf = (
  counts: OutcomeCounts,
  report: readonly AttributeReport[],
  { question, minimum, power }: Asked,
) => ({
  rows: counts.rows,
  favorable_value: question.favorable_value,
  weighted: question.weight_column !== undefined,
  minimum_group_size: minimum,
  missing: counts.missing,
  other_values: counts.otherValues,
  attributes: report.map(({ attribute, groups, unseen, measures }) => ({
    attribute,
    groups: facetMeasures(groups, minimum).map(({ group, rates, againstRest }) => ({
      ...countsOf(group),
      ...Object.fromEntries(Object.entries(rates).map(([name, { value }]) => [name, numberOf(value)])),
      denominators: Object.fromEntries(Object.entries(rates).map(([name, { rows }]) => [name, rows])),
      intervals: Object.fromEntries(Object.entries(rates).map(([name, { interval }]) => [name, intervalAs(interval)])),
      against_rest: facetOf(againstRest, (facet) => numberOf(facet?.value)),
      against_rest_intervals: facetOf(againstRest, (facet) => intervalAs(facet?.interval)),
    })),
    unseen_groups: unseen,
    measures: Object.fromEntries(Object.entries(measures).map(([name, measure]) => [name, measureOf(measure)])),
    ...(power === undefined ? {} : { power: powerOf(groups, { ...power, minimumRows: minimum }).map(powerRow) }),
  })),
});

const powerRow = ({ group, rows, passes }: PowerRow) => ({
  ...(group === undefined ? {} : { group }),
  rows: Math.round(rows),
  passes_on_point: passes.onPoint.toFixed(6),
  passes_on_interval: passes.onInterval.toFixed(6),
});

/** The counts of a group in snake case, without the attribute, which stands above its groups. */
const countsOf = ({ attribute: _, weights, ...counts }: OutcomeGroup) => ({
  ...inSnakeCase(counts),
  ...(weights === undefined ? {} : { weights: inSnakeCase(weights) }),
});

const inSnakeCase = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key.replaceAll(/[A-Z]/g, (it) => `_${it.toLowerCase()}`), value]),
  );

const numberOf = (value: Fraction | undefined): string =>
  value === undefined ? 'inconclusive' : toDecimal(value, JSON_PLACES);

const intervalAs = (interval: Interval | undefined) =>
  interval === undefined
    ? 'inconclusive'
    : { level: '0.95', lower: interval.lower.toFixed(JSON_PLACES), upper: interval.upper.toFixed(JSON_PLACES) };

/** Under Clarify's names. DI is judged two-sided. */
const facetOf = <T>(facet: FacetMeasures, as: (measure: FacetMeasures[keyof FacetMeasures]) => T) => ({
  DPPL: as(facet.demographicParity),
  DI: as(facet.disparateImpact),
  RD: as(facet.recall),
  SD: as(facet.specificity),
});

const measureOf = (measure: Measure) =>
  measure.kind === 'unmeasurable'
    ? { status: 'inconclusive', reason: measure.reason }
    : {
        status: 'measured',
        value: toDecimal(measure.value, JSON_PLACES),
        interval: intervalAs(intervalOf(measure)),
        rate: measure.rate.name,
        lowest: measure.lowest.group.value,
        lowest_denominator: measure.rate.rowsOf(measure.lowest.group),
        highest: measure.highest.group.value,
        highest_denominator: measure.rate.rowsOf(measure.highest.group),
      };

const accountOf = (
  counts: OutcomeCounts,
  report: readonly AttributeReport[],
  asked: Asked & { readonly terminal: Terminal },
): string => {
  const { question, minimum } = asked;
  return [
    `${count(counts.rows, 'row')}; favorable is ${plain(question.favorable_value)}; rates over at least ${count(minimum, 'row')}${
      question.weight_column === undefined ? '' : `; rates weighted by ${plain(question.weight_column)}`
    }`,
    ...notesOn(counts, question.favorable_value),
    ...report.flatMap((attribute) => ['', ...attributeOf(attribute, asked)]),
    '',
    'Against the rest: each group compared with all others together, by the names that SageMaker Clarify uses; DI is two-sided.',
  ].join('\n');
};

/** Warnings about the data, printed before the numbers that they affect. */
const notesOn = (counts: OutcomeCounts, favorable: string): string[] => [
  ...missingNotes(counts),
  ...misnamedColumns(counts).map(
    (column) =>
      `none of the ${column} is ${plain(favorable)}: they are ${plain(counts.values[column].some.join(', '))}; name the favorable one with --favorable`,
  ),
];

const missingNotes = ({ missing, otherValues, values }: OutcomeCounts): string[] => [
  ...(missing.predictions > 0 ? [`${count(missing.predictions, 'row')} without a prediction`] : []),
  ...(missing.labels > 0 ? [`${count(missing.labels, 'row')} without a label`] : []),
  ...Object.entries(missing.attributes).flatMap(([name, rows]) =>
    rows > 0 ? [`${count(rows, 'row')} without ${plain(name)}: in no group`] : [],
  ),
  ...(['predictions', 'labels'] as const).flatMap((column) =>
    otherValues[column] > 1
      ? [`the ${column} have ${otherValues[column]} values besides the favorable: ${plain(values[column].some.join())}`]
      : [],
  ),
];

const attributeOf = (
  { attribute, groups, unseen, measures }: AttributeReport,
  { terminal, minimum, power }: Asked & { readonly terminal: Terminal },
): string[] => [
  `by ${plain(attribute)}`,
  '',
  ...groupPicture(groups, terminal),
  '',
  indented(ratesTable(groups)),
  ...(unseen.length > 0 ? [`  no rows: ${plain(unseen.join(', '))}`] : []),
  '',
  indented(
    columns(
      ['measure, 95 % interval', '', ''],
      Object.entries(measures).map(([name, measure]) => [name.replaceAll('_', ' '), ...toldMeasure(measure)]),
    ),
  ),
  '',
  indented(
    columns(
      ['against the rest', 'DPPL', 'DI', 'RD', 'SD'],
      facetMeasures(groups, minimum).map(({ group, againstRest }) => [
        group.value,
        ...Object.values(facetOf(againstRest, (facet) => shortNumber(facet?.value))),
      ]),
    ),
  ),
  ...(power === undefined ? [] : ['', indented(powerTable(groups, power, minimum))]),
];

const powerTable = (groups: readonly GroupReport[], power: PowerAsked, minimumRows: number): string =>
  columns(
    [`were the true ratio ${power.ratio}`, 'rows', `passes ${power.minimum} on the point`, 'on the interval'],
    powerOf(groups, { ...power, minimumRows }).map(({ group, rows, passes }) => [
      group ?? 'the smallest group allowed',
      Math.round(rows),
      percent(passes.onPoint),
      percent(passes.onInterval),
    ]),
  );

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const ratesTable = (groups: readonly GroupReport[]): string => {
  const isWeighted = groups.some(({ group }) => group.weights !== undefined);
  return columns(
    ['group', 'rows', 'favorable', ...(isWeighted ? ['weight'] : []), 'selection', 'true pos.', 'false pos.'],
    groups.map(({ group, rates }) => [
      group.value,
      group.count,
      group.favorable,
      ...(group.weights === undefined ? [] : [group.weights.count]),
      rateOver(rates.selection_rate),
      rateOver(rates.true_positive_rate),
      rateOver(rates.false_positive_rate),
    ]),
  );
};

const shortNumber = (value: Fraction | undefined): string => (value === undefined ? 'inconclusive' : toDecimal(value));

const inBrackets = ({ lower, upper }: Interval): string => `[${lower.toFixed(4)}, ${upper.toFixed(4)}]`;

/** A rate with the rows that it is a share of: a group may have many, and few that deserved the outcome. */
const rateOver = ({ value, rows }: ReportedRate): string => `${shortNumber(value)} of ${rows}`;

const toldMeasure = (measure: Measure): string[] =>
  measure.kind === 'unmeasurable'
    ? ['inconclusive', measure.reason]
    : [
        `${toDecimal(measure.value)} ${inBrackets(intervalOf(measure))}`,
        `${measure.rate.name} ${[measure.lowest, measure.highest].map(({ group, rate }) => `${toDecimal(rate)} ${group.value} (${rowsInWords(group, measure.rate)})`).join(', ')}`,
      ];

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
