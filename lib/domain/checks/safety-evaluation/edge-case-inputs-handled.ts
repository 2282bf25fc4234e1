import * as z from 'zod';
import { EdgeCaseKind, type EdgeCaseResults, unmetExpectations } from '../../evidence/edge-case-results.ts';
import { defineCheck } from '../check.ts';
import { conclude, judgeFurther, listed, sayUnless, shown } from '../finding.ts';
import { artifactProblems } from '../measured-on.ts';

/**
 * Establishes that the model was tested with inputs of every kind that the policy names, and did what was expected.
 * Expected and observed values are compared here; the outcome that the file claims does not count.
 */
export const edgeCaseInputsHandled = defineCheck({
  name: 'edge_case_inputs_handled',
  stage: 'safety_evaluation',
  knownBy: 'attested',
  reads: ['manifest', 'edgeCaseResults'],
  parameters: z.strictObject({
    required_kinds: z.array(EdgeCaseKind).max(9).default(['missing_value', 'out_of_range', 'boundary_value']),
    minimum_cases: z.int().min(1).max(10_000).default(3),
  }),
  judge: ({ manifest, edgeCaseResults }, { required_kinds: kinds, minimum_cases: minimum }) => {
    const threshold = `at least ${minimum} cases, among them ${kinds.join(', ') || 'any kind'}, each as expected`;
    const subject = { name: 'edge case results', field: 'edge_case_results', threshold } as const;
    return judgeFurther(edgeCaseResults, subject, (results) => {
      const { cases } = results;
      const handled = cases.filter((one) => unmetExpectations(one).length === 0);
      return conclude(
        threshold,
        `${handled.length} of ${cases.length} cases handled`,
        `All ${cases.length} edge cases ended as expected; kinds: ${listed([...new Set(cases.map(({ kind }) => kind))])}.`,
        [
          ...artifactProblems('file of edge case results', results.artifact_sha256, manifest),
          ...caseProblems(results),
          ...coverageProblems(results, kinds, minimum),
        ],
      );
    });
  },
});

const caseProblems = ({ cases }: EdgeCaseResults): string[] => [
  ...cases
    .filter(({ id }, index) => cases.findIndex((other) => other.id === id) !== index)
    .map(({ id }) => `Case ${shown(id)} appears twice.`),
  ...cases.flatMap((one) => {
    const unmet = unmetExpectations(one);
    const name = `Case ${shown(one.id)} (${shown(one.input_summary)})`;
    if (unmet.length > 0) {
      const claim = one.outcome === 'passed' ? ' The file says that it passed.' : '';
      return [`${name} was not handled: ${unmet.map(shown).join(', ')}.${claim}`];
    }
    return sayUnless(one.outcome === 'passed', `${name} ended as expected, but the file says that it failed.`);
  }),
];

const coverageProblems = ({ cases }: EdgeCaseResults, kinds: readonly EdgeCaseKind[], minimum: number): string[] => [
  ...sayUnless(cases.length >= minimum, `There are ${cases.length} cases; at least ${minimum} are needed.`),
  ...kinds
    .filter((kind) => !cases.some((one) => one.kind === kind))
    .map((kind) => `No case is of kind ${kind}. Add one to the edge case results.`),
];
