import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { readDocument } from './documents/document.ts';
import { isSameValue } from './predictions/same-value.ts';

export const EDGE_CASE_RESULTS_MAX_BYTES = 1_048_576;

const Text = z.string().min(1);

/** What makes a case an edge case. */
export const EdgeCaseKind = z.enum([
  'missing_value',
  'out_of_range',
  'boundary_value',
  'extreme_value',
  'unknown_category',
  'wrong_type',
  'malformed_input',
  'empty_input',
  'rare_combination',
]);
export type EdgeCaseKind = z.infer<typeof EdgeCaseKind>;

const Prediction = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** Everything that is named must be observed, and at least one thing must be named. */
const Expectation = z
  .strictObject({
    prediction: z.exactOptional(Prediction),
    score_at_least: z.exactOptional(z.number()),
    score_at_most: z.exactOptional(z.number()),
    /** The score is not a number, so nobody can take it for one. */
    not_a_number: z.exactOptional(z.boolean()),
    /** The request is refused, by the model or before it reaches the model. */
    refused: z.exactOptional(z.boolean()),
  })
  .refine((expected) => Object.keys(expected).length > 0, 'names nothing that could be observed');
export type Expectation = z.infer<typeof Expectation>;

const Observation = z.object({
  prediction: z.exactOptional(Prediction),
  score: z.exactOptional(z.number()),
  not_a_number: z.boolean().default(false),
  refused: z.boolean().default(false),
});
export type Observation = z.infer<typeof Observation>;

export const EdgeCase = z.object({
  id: Text,
  kind: EdgeCaseKind,
  description: Text,
  input_summary: Text,
  expected: Expectation,
  observed: Observation,
  /** The verdict of the tool that ran the case. Assay judges the case itself. */
  outcome: z.enum(['passed', 'failed']),
});
export type EdgeCase = z.infer<typeof EdgeCase>;

/** What the model did with inputs that it will rarely see (docs/formats/further-evidence.md). */
export const EdgeCaseResults = z.object({
  schema_version: z.literal(1),
  artifact_sha256: Sha256,
  cases: z.array(EdgeCase),
});
export type EdgeCaseResults = z.infer<typeof EdgeCaseResults>;

/** Establishes that bytes are edge case results. */
export const parseEdgeCaseResults = (bytes: Uint8Array): EdgeCaseResults =>
  readDocument(EdgeCaseResults, bytes, EDGE_CASE_RESULTS_MAX_BYTES, 'edge case results');

/** As two cells of a table would be compared; a text without a value only equals itself. */
const isSamePrediction = (expected: string, observed: string | undefined): boolean =>
  observed !== undefined && (expected === observed || isSameValue(expected, observed));

/** One test for each thing that can be expected. Returns a sentence if it is expected but was not observed. */
const TESTS: readonly ((expected: Expectation, observed: Observation) => string | undefined)[] = [
  ({ prediction }, observed) =>
    prediction === undefined || isSamePrediction(prediction, observed.prediction)
      ? undefined
      : `prediction ${prediction} was expected and ${observed.prediction ?? 'none'} observed`,
  ({ score_at_least: least }, { score }) =>
    least === undefined || (score !== undefined && score >= least)
      ? undefined
      : `a score of at least ${least} was expected and ${score ?? 'none'} observed`,
  ({ score_at_most: most }, { score }) =>
    most === undefined || (score !== undefined && score <= most)
      ? undefined
      : `a score of at most ${most} was expected and ${score ?? 'none'} observed`,
  ({ not_a_number: notANumber }, observed) =>
    notANumber === undefined || notANumber === observed.not_a_number
      ? undefined
      : `a score that is ${notANumber ? 'no' : 'a'} number was expected`,
  ({ refused }, observed) =>
    refused === undefined || refused === observed.refused
      ? undefined
      : `the input was ${observed.refused ? '' : 'not '}refused`,
];

/** Establishes what was expected but not observed; empty if the case was handled. */
export const unmetExpectations = ({ expected, observed }: EdgeCase): string[] =>
  TESTS.map((test) => test(expected, observed)).filter((problem) => problem !== undefined);
