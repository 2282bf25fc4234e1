import type * as z from 'zod';
import type { Fraction } from '../../domain/evidence/predictions/fraction.ts';
import { type ModelOutputs, modelOutputsOf, modelOutputsSql } from '../../domain/evidence/predictions/model-outputs.ts';
import {
  type PerturbationCounts,
  perturbationCountsOf,
  perturbationSql,
} from '../../domain/evidence/predictions/perturbation.ts';
import { areaUnderCurve, rankSumsSql } from '../../domain/evidence/predictions/ranks.ts';
import { type PredictionsReference, rowIdOf } from '../../domain/evidence/predictions/reference.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { EngineLimits } from './duckdb-engine.ts';
import { askTable, askTables } from './duckdb-outcome-counts.ts';

type Reference = Omit<z.infer<typeof PredictionsReference>, 'uri'>;

/** Reads every output of the model in a local table of predictions. */
export const readModelOutputs = async (
  file: string,
  reference: Reference,
  limits: Partial<EngineLimits> = {},
): Promise<ModelOutputs> => {
  const columns = [reference.prediction_column, reference.label_column, ...scoreOf(reference)];
  const rows = await askTable(file, { columns, statementOn: (source) => modelOutputsSql(source, reference) }, limits);
  return modelOutputsOf(rows, reference);
};

/** How well the scores of a local table rank its labels; undefined where that cannot be measured, or there is no score. */
export const measureRanking = async (
  file: string,
  reference: Pick<Reference, 'label_column' | 'score_column' | 'favorable_value'>,
  limits: Partial<EngineLimits> = {},
): Promise<Fraction | undefined> => {
  const { label_column, score_column, favorable_value: favorable } = reference;
  if (score_column === undefined) return undefined;
  const statementOn = (source: string) => rankSumsSql(source, { label_column, score_column });
  return areaUnderCurve(
    await askTable(file, { columns: [label_column, score_column], statementOn }, limits),
    favorable,
  );
};

/** Compares two local tables of predictions row by row, on the column of ids that the manifest names. */
export const comparePerturbed = async (
  files: { readonly clean: string; readonly perturbed: string },
  reference: Reference,
  limits: Partial<EngineLimits> = {},
): Promise<PerturbationCounts> => {
  const id = rowIdOf(reference);
  if (id === undefined) {
    const fault = { field: 'predictions.columns.row_id', problem: 'is missing: without it, rows cannot be matched' };
    throw new Refusal('EvidenceUnreadable', 'could not compare predictions row by row', [fault]);
  }
  const columns = [id, reference.prediction_column, ...scoreOf(reference)];
  const rows = await askTables(
    [
      { file: files.clean, columns: [...columns, reference.label_column], ids: [id], field: 'predictions' },
      { file: files.perturbed, columns, ids: [id], field: 'further_evidence.perturbed_predictions' },
    ],
    ([clean = '', perturbed = '']) => perturbationSql(clean, perturbed, id, reference),
    limits,
  );
  return perturbationCountsOf(rows, reference);
};

const scoreOf = ({ score_column: score }: Reference): string[] => (score === undefined ? [] : [score]);
