import type { Sha256 } from '../identifiers.ts';
import type { Format } from './documents/recognize.ts';

/** A bill of materials is among the formats, and may be as long as a card. */
export const TRAINING_PROVENANCE_MAX_BYTES = 1_048_576;

export type Material = { readonly name: string; readonly uri?: string; readonly sha256: Sha256 };

/** A statement about how an artifact was made: from which commit, out of which data, by which builder. */
export type TrainingFacts = {
  readonly format: Format;
  /** What was made, by digest. Facts without a subject are about no artifact in particular. */
  readonly subjects: readonly { readonly name: string; readonly sha256: Sha256 }[];
  readonly gitCommits: readonly string[];
  readonly materials: readonly Material[];
  /** Hyperparameters, or what a build was called with. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Who vouches for it, as the provenance names it; a name until a signature proves it. */
  readonly builder?: string;
  readonly trainedBy?: string;
};
