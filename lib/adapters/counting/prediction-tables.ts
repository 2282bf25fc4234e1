import type { EvidencedRelease, EvidenceSources } from '../../domain/checks/evidence-readers.ts';
import type { EvidenceCopy } from '../../domain/release/evidence-copy.ts';
import { compareBehaviour } from './duckdb-behaviour.ts';
import { countOutcomes } from './duckdb-outcome-counts.ts';
import { comparePerturbed, readModelOutputs } from './duckdb-safety-counts.ts';

/** Keeps these tables on the disk for as long as they are used. */
export type TablesOnDisk = <T>(
  copies: readonly EvidenceCopy[],
  use: (files: readonly string[]) => Promise<T>,
) => Promise<T>;

type Counted<Source extends keyof EvidenceSources> = Required<Pick<EvidenceSources, Source>>;

/** What is counted in a release's table of predictions for the checks of fairness, wherever the table comes from. */
export const outcomeSources = (
  { manifest: { predictions }, pinned }: EvidencedRelease,
  withTables: TablesOnDisk,
): Counted<'countOutcomes' | 'behaviour'> => {
  const { predictions: table } = pinned.evidence;
  return {
    countOutcomes: () => withTables([table], ([file = '']) => countOutcomes(file, predictions)),
    behaviour: (live, question) =>
      withTables([table, live], ([now = '', former = '']) => compareBehaviour({ now, former }, question)),
  };
};

/** What is read and compared in a release's tables of predictions for the checks of safety. */
export const safetySources = (
  { manifest: { predictions }, pinned }: EvidencedRelease,
  withTables: TablesOnDisk,
): Counted<'modelOutputs' | 'perturbation'> => {
  const { predictions: clean, perturbed_predictions: kept } = pinned.evidence;
  return {
    modelOutputs: () => withTables([clean], ([file = '']) => readModelOutputs(file, predictions)),
    perturbation: (sha256) =>
      withTables([clean, { ...kept, sha256 }], ([file = '', perturbed = '']) =>
        comparePerturbed({ clean: file, perturbed }, predictions),
      ),
  };
};
