import type { Sha256 } from '../identifiers.ts';
import type { Format } from './documents/recognize.ts';

/** One of the formats is a bill of materials, which may be as long as a model card. */
export const TRAINING_PROVENANCE_MAX_BYTES = 1_048_576;

export type Material = { readonly name: string; readonly uri?: string; readonly sha256: Sha256 };

/** A statement about how an artifact was made: from which commit, out of which data, by which builder. */
export type TrainingFacts = {
  readonly format: Format;
  /** What was built, by digest. Without a subject, the facts are not tied to any artifact. */
  readonly subjects: readonly { readonly name: string; readonly sha256: Sha256 }[];
  readonly gitCommits: readonly string[];
  /** Where the code lies, if it says so. */
  readonly repository?: string;
  readonly materials: readonly Material[];
  /** Hyperparameters, or the parameters of a build. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Who vouches for it, as the provenance says. It is only a name unless a signature proves it. */
  readonly builder?: string;
  readonly trainedBy?: string;
  /** What the builder calls this run, such as the ARN of a training job. */
  readonly run?: string;
};
