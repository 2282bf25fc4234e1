/**
 * The bias report of Amazon SageMaker Clarify (`analysis.json`). It is a reported result, not data: no digest in it
 * says which model or predictions it is about, so a policy must say that it may stand in for what Assay counts itself.
 */
import * as z from 'zod';
import { readShape, recordByName } from '../documents/document.ts';
import { readInAnyFormat } from '../documents/recognize.ts';
import { Measurement } from '../metrics.ts';
import { isSameColumn } from '../predictions/column-names.ts';
import { compare, type Fraction } from '../predictions/fraction.ts';
import { isSameValue } from '../predictions/same-value.ts';

export const BIAS_REPORT_MAX_BYTES = 1_048_576;
const NAME = 'Clarify analysis';

const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** A metric that Clarify could not compute has no value (null); `error` says why. */
const Metric = z.object({ name: z.string(), value: Measurement.optional(), error: z.string().optional() });
const FacetValue = z.object({ value_or_threshold: Text, metrics: z.array(Metric) });
type FacetValue = z.infer<typeof FacetValue>;

const BiasMetrics = z.object({
  label: z.string(),
  label_value_or_threshold: Text,
  facets: z.record(z.string(), z.array(FacetValue)),
});

/** The part of the analysis that we rely on. Its explanations are read by the explainability checks. */
export const ClarifyAnalysis = z.object({ post_training_bias_metrics: BiasMetrics.optional() });
export type ClarifyAnalysis = z.infer<typeof ClarifyAnalysis>;

/** Establishes that bytes are a Clarify analysis. */
export const parseBiasReport = (bytes: Uint8Array): ClarifyAnalysis =>
  readInAnyFormat(bytes, {
    name: 'bias report',
    maxBytes: BIAS_REPORT_MAX_BYTES,
    readers: [
      { format: 'a SageMaker Clarify analysis', read: (document) => readShape(ClarifyAnalysis, document, NAME) },
    ],
  });

/** A reported number, or the reason why there is none. Only a number can pass a check. */
export type ReportedMeasure =
  | { readonly kind: 'reported'; readonly value: Fraction; readonly from: string }
  | { readonly kind: 'unmeasurable'; readonly reason: string };

/** What is reported for one value of a protected attribute, under the names of our own measures. */
export type ReportedMeasures = {
  readonly attribute: string;
  readonly value: string;
  readonly demographicParityDifference: ReportedMeasure;
  readonly disparateImpactRatio: ReportedMeasure;
  readonly equalizedOddsDifference: ReportedMeasure;
};

type Reference = { readonly label_column: string; readonly favorable_value: string };

/**
 * What the analysis reports for every value of these attributes. An attribute that it does not analyse, or analyses for
 * another label or outcome, is returned as unmeasurable: a missing facet must not look like a fair one.
 */
export const clarifyMeasures = (
  analysis: ClarifyAnalysis,
  reference: Reference,
  attributes: readonly string[],
): ReportedMeasures[] =>
  attributes.flatMap((attribute) => {
    const { post_training_bias_metrics: bias } = analysis;
    if (bias === undefined) return [leaveUnmeasured(attribute, 'the analysis has no post_training_bias_metrics')];
    const mismatch = subjectProblem(bias, reference);
    if (mismatch !== undefined) return [leaveUnmeasured(attribute, mismatch)];
    const facets = Object.entries(bias.facets).filter(([name]) => isSameColumn(name, attribute));
    const values = facets.flatMap(([, analysed]) => analysed);
    return values.length === 0
      ? [leaveUnmeasured(attribute, `the analysis has no facet ${attribute}`)]
      : values.map((value) => measuresOf(attribute, value));
  });

const subjectProblem = (bias: z.infer<typeof BiasMetrics>, reference: Reference): string | undefined => {
  if (!isSameColumn(bias.label, reference.label_column)) {
    return `the analysis is about label ${bias.label}, the predictions have ${reference.label_column}`;
  }
  const { label_value_or_threshold: outcome } = bias;
  return isSameValue(outcome, reference.favorable_value)
    ? undefined
    : `the analysis takes ${outcome} for favorable, the predictions ${reference.favorable_value}`;
};

const leaveUnmeasured = (attribute: string, reason: string): ReportedMeasures => {
  const measure: ReportedMeasure = { kind: 'unmeasurable', reason };
  return {
    attribute,
    value: '',
    demographicParityDifference: measure,
    disparateImpactRatio: measure,
    equalizedOddsDifference: measure,
  };
};

const measuresOf = (attribute: string, { value_or_threshold: value, metrics }: FacetValue): ReportedMeasures => {
  const entries = metrics.map((metric) => ({ field: `facets.${attribute}.${value}`, key: metric.name, value: metric }));
  const named = recordByName(NAME, entries);
  const magnitude = (name: string) => magnitudeOf(name, named[name]);
  return {
    attribute,
    value,
    // DPPL = q′ₐ − q′_d.
    demographicParityDifference: difference(magnitude('DPPL')),
    // DI = q′_d / q′ₐ, two-sided, so that it does not matter which group is called the favored one.
    disparateImpactRatio: twoSided(magnitude('DI')),
    // Clarify has no equalised odds: RD is the gap of the true positive rates, SD that of the false positive rates.
    equalizedOddsDifference: larger(difference(magnitude('RD')), difference(magnitude('SD'))),
  };
};

const magnitudeOf = (name: string, metric: z.infer<typeof Metric> | undefined): ReportedMeasure => {
  if (metric === undefined) return { kind: 'unmeasurable', reason: `the analysis has no ${name}` };
  const { value, error } = metric;
  if (value === undefined || !Number.isFinite(value)) {
    return { kind: 'unmeasurable', reason: `Clarify gives no number for ${name}: ${error ?? 'no reason given'}` };
  }
  return { kind: 'reported', value: decimal(Math.abs(value)), from: name };
};

/** The difference between two rates is at most 1; a larger number was not measured. */
const difference = (measure: ReportedMeasure): ReportedMeasure =>
  measure.kind === 'reported' && isMoreThanOne(measure.value)
    ? { kind: 'unmeasurable', reason: `${measure.from} is more than 1, which is impossible for a difference of rates` }
    : measure;

const twoSided = (measure: ReportedMeasure): ReportedMeasure => {
  if (measure.kind === 'unmeasurable' || !isMoreThanOne(measure.value)) return measure;
  const { numerator, denominator } = measure.value;
  return { ...measure, value: { numerator: denominator, denominator: numerator } };
};

const larger = (a: ReportedMeasure, b: ReportedMeasure): ReportedMeasure => {
  if (a.kind === 'unmeasurable') return a;
  if (b.kind === 'unmeasurable') return b;
  return compare(a.value, b.value) < 0 ? b : a;
};

const ONE: Fraction = { numerator: 1n, denominator: 1n };
const isMoreThanOne = (value: Fraction): boolean => compare(value, ONE) > 0;

/** The number is compared as the decimal text in the report, not as the double nearest to it. */
const decimal = (value: number): Fraction => {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', decimals = ''] = mantissa.split('.');
  const power = Number(exponent) - decimals.length;
  return {
    numerator: BigInt(whole + decimals) * 10n ** BigInt(Math.max(power, 0)),
    denominator: 10n ** BigInt(Math.max(-power, 0)),
  };
};
