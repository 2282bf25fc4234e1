import type { EvidencedRelease, EvidenceSources } from '../../domain/checks/evidence-readers.ts';
import type { Sha256 } from '../../domain/identifiers.ts';
import { countOutcomes } from './duckdb-outcome-counts.ts';
import { comparePerturbed, readModelOutputs } from './duckdb-safety-counts.ts';

/** Keeps the tables with these digests on the disk for as long as they are used. */
export type TablesOnDisk = <T>(sha256s: readonly Sha256[], use: (files: readonly string[]) => Promise<T>) => Promise<T>;

type TableSources = Required<Pick<EvidenceSources, 'countOutcomes' | 'modelOutputs' | 'perturbation'>>;

/** What is counted in a release's tables of predictions, wherever they come from. */
export const tableSources = ({ manifest, pinned }: EvidencedRelease, withTables: TablesOnDisk): TableSources => {
  const { predictions } = manifest;
  const { sha256: clean } = pinned.evidence.predictions;
  return {
    countOutcomes: () => withTables([clean], ([file = '']) => countOutcomes(file, predictions)),
    modelOutputs: () => withTables([clean], ([file = '']) => readModelOutputs(file, predictions)),
    perturbation: (sha256) =>
      withTables([clean, sha256], ([file = '', perturbed = '']) =>
        comparePerturbed({ clean: file, perturbed }, predictions),
      ),
  };
};
