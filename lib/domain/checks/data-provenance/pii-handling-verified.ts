import * as z from 'zod';
import type { DataColumn, DataProvenance } from '../../evidence/data-provenance.ts';
import { defineCheck } from '../check.ts';
import {
  conclude,
  type Finding,
  isSaid,
  judgeRead,
  listed,
  notProvided,
  shown,
  unwrittenProblems,
} from '../finding.ts';

const THRESHOLD = 'every feature declared; no direct identifier kept; nothing sensitive as a feature';

/**
 * Establishes that the record of personal data covers what the model really reads. The features are taken from the
 * evaluation report, not from what the provenance chooses to mention.
 */
export const piiHandlingVerified = defineCheck({
  name: 'pii_handling_verified',
  stage: 'data_provenance',
  knownBy: 'attested',
  reads: ['manifest', 'dataProvenance', 'evaluationReport'],
  parameters: z.strictObject({}),
  judge: ({ manifest, dataProvenance, evaluationReport }) =>
    judgeRead(dataProvenance, 'data provenance', THRESHOLD, (provenance) => {
      if (provenance.columns.length === 0) {
        const explanation = 'No column is declared. Add columns, each with name, personal_data and handling.';
        return notProvided(THRESHOLD, explanation);
      }
      const method = provenance.personal_data?.method;
      if (!isSaid(method)) {
        return notProvided(
          THRESHOLD,
          'The file does not say how personal data were looked for. Add personal_data.method.',
        );
      }
      return judgeRead(evaluationReport, 'evaluation report', THRESHOLD, ({ features }) =>
        features === undefined
          ? notProvided(THRESHOLD, 'The evaluation report does not say which features the model reads. Add features.')
          : judgeColumns({ ...provenance, method }, features, manifest.predictions.protected_attributes),
      );
    }),
});

const judgeColumns = (
  provenance: DataProvenance & { readonly method: string },
  features: readonly string[],
  protectedAttributes: readonly string[],
): Finding => {
  const { columns } = provenance;
  const wrong = [
    ...unwrittenProblems(columns, 'columns'),
    ...unwrittenProblems(features, 'features of the evaluation report'),
    ...columnProblems(columns),
    ...featureProblems(columns, features),
    ...protectedProblems(columns, features, protectedAttributes),
    ...contradictions(provenance),
  ];
  const sensitive = columns.filter((column) => column.personal_data === 'sensitive').length;
  return conclude(
    THRESHOLD,
    wrong.length === 0 ? methodsOf(provenance) : `${wrong.length} wrong`,
    `All ${features.length} features are declared among ${columns.length} columns; no direct identifier is kept and none of the ${sensitive} sensitive columns is a feature.`,
    wrong,
  );
};

/** What was done, by how many columns: the report of data sanitisation takes it from the ledger (CO-4). */
const methodsOf = ({ columns, method }: DataProvenance & { readonly method: string }): string => {
  const words = columns.map(({ handling = '' }) => handling);
  const counts = [...new Set(words)].sort().map((word) => `${words.filter((one) => one === word).length} ${word}`);
  return `columns: ${counts.join(', ')}; looked for by: ${shown(method)}`;
};

const columnProblems = (columns: readonly DataColumn[]): string[] => {
  const names = columns.map((column) => column.name);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  const kept = columns.filter(
    ({ personal_data, handling }) =>
      personal_data === 'direct' && handling !== 'removed' && handling !== 'pseudonymised',
  );
  const unsaid = columns.filter(({ personal_data, handling }) => personal_data === undefined || handling === undefined);
  return [
    ...sayIfAny(
      unsaid.map(({ name }) => name),
      (list) => `Columns without personal_data or handling: ${list}. Say how personal they are, and what was done.`,
    ),
    ...sayIfAny(repeated, (list) => `Columns declared twice: ${list}. Declare each once.`),
    ...sayIfAny(
      kept.map(({ name }) => name),
      (list) => `Direct identifiers that are neither removed nor pseudonymised: ${list}. Remove or pseudonymise them.`,
    ),
  ];
};

const featureProblems = (columns: readonly DataColumn[], features: readonly string[]): string[] => {
  const declared = new Map(columns.map((column) => [column.name, column]));
  const handledAs = (matches: (column: DataColumn) => boolean) =>
    features.filter((name) => {
      const column = declared.get(name);
      return column !== undefined && matches(column);
    });
  return [
    ...sayIfAny(
      features.filter((name) => !declared.has(name)),
      (list) => `Features that no column declares: ${list}. Declare their personal_data and handling.`,
    ),
    ...sayIfAny(
      handledAs(({ personal_data, handling }) => personal_data === 'sensitive' && handling === 'kept'),
      (list) => `Sensitive columns kept as features: ${list}. Train without them, or use them for evaluation_only.`,
    ),
    ...sayIfAny(
      handledAs(({ handling }) => handling === 'removed' || handling === 'evaluation_only'),
      (list) => `Columns declared removed or evaluation_only are features of the evaluated model: ${list}.`,
    ),
  ];
};

/** A protected attribute is sensitive, whatever the record calls it. */
const protectedProblems = (
  columns: readonly DataColumn[],
  features: readonly string[],
  attributes: readonly string[],
): string[] => {
  const understated = columns.filter(
    ({ name, personal_data }) => attributes.includes(name) && personal_data !== 'sensitive',
  );
  return [
    ...sayIfAny(
      understated.map(({ name }) => name),
      (list) => `Protected attributes not declared sensitive: ${list}. Set personal_data to sensitive.`,
    ),
    ...sayIfAny(
      features.filter((name) => attributes.includes(name)),
      (list) => `Protected attributes used as features: ${list}. Train without them.`,
    ),
  ];
};

const contradictions = ({ columns, personal_data }: DataProvenance): string[] =>
  personal_data?.contains_direct_identifiers === true && !columns.some((column) => column.personal_data === 'direct')
    ? ['The data are said to contain direct identifiers, but no column is declared direct. Declare which ones.']
    : [];

const sayIfAny = (names: readonly string[], sentence: (list: string) => string): string[] =>
  names.length === 0 ? [] : [sentence(listed(names))];
