import type { EvidencedRelease, EvidenceSources } from '../../domain/checks/evidence-readers.ts';
import type { Sha256 } from '../../domain/identifiers.ts';
import { compareBehaviour } from './duckdb-behaviour.ts';
import { countOutcomes } from './duckdb-outcome-counts.ts';
import { comparePerturbed, readModelOutputs } from './duckdb-safety-counts.ts';

/** Keeps the tables with these digests on the disk for as long as they are used. */
export type TablesOnDisk = <T>(sha256s: readonly Sha256[], use: (files: readonly string[]) => Promise<T>) => Promise<T>;

type Counted<Source extends keyof EvidenceSources> = Required<Pick<EvidenceSources, Source>>;

/** What is counted in a release's table of predictions for the checks of fairness, wherever the table comes from. */
export const outcomeSources = (
  { manifest: { predictions }, pinned }: EvidencedRelease,
  withTables: TablesOnDisk,
): Counted<'countOutcomes' | 'behaviour'> => {
  const { sha256 } = pinned.evidence.predictions;
  return {
    countOutcomes: () => withTables([sha256], ([file = '']) => countOutcomes(file, predictions)),
    behaviour: (live, question) =>
      withTables([sha256, live.sha256], ([now = '', former = '']) => compareBehaviour({ now, former }, question)),
  };
};

/** What is read and compared in a release's tables of predictions for the checks of safety. */
export const safetySources = (
  { manifest: { predictions }, pinned }: EvidencedRelease,
  withTables: TablesOnDisk,
): Counted<'modelOutputs' | 'perturbation'> => {
  const { sha256: clean } = pinned.evidence.predictions;
  return {
    modelOutputs: () => withTables([clean], ([file = '']) => readModelOutputs(file, predictions)),
    perturbation: (sha256) =>
      withTables([clean, sha256], ([file = '', perturbed = '']) =>
        comparePerturbed({ clean: file, perturbed }, predictions),
      ),
  };
};
