import type { Sha256 } from '../identifiers.ts';
import { readBillOfMaterialsTraining } from './cyclonedx.ts';
import { readMlflowTraining } from './mlflow-run.ts';
import { type Format, readEvidence } from './recognize.ts';
import { readSlsaEnvelope, readSlsaStatement } from './slsa-provenance.ts';

/** A bill of materials is among the formats, and may be as long as a card. */
export const TRAINING_PROVENANCE_MAX_BYTES = 1_048_576;

export type Material = { readonly name: string; readonly uri?: string; readonly sha256: Sha256 };

/** What somebody says of how an artifact came to be: from which commit, out of which data, by which builder. */
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

/** Establishes that bytes are training provenance: SLSA v1 (bare or in a DSSE envelope), an MLflow run, or an ML-BOM. */
export const parseTrainingProvenance = (bytes: Uint8Array): TrainingFacts =>
  readEvidence(bytes, {
    name: 'training provenance',
    maxBytes: TRAINING_PROVENANCE_MAX_BYTES,
    readers: [
      { format: 'an in-toto statement', read: readSlsaStatement },
      { format: 'a DSSE envelope', read: readSlsaEnvelope },
      { format: 'a Sigstore bundle', read: readSlsaEnvelope },
      { format: 'an MLflow run', read: readMlflowTraining },
      { format: 'a CycloneDX bill of materials', read: readBillOfMaterialsTraining },
    ],
  });

/** Establishes that bytes are the bill of materials of a model: CycloneDX, with its digest and those of its data. */
export const parseBillOfMaterials = (bytes: Uint8Array): TrainingFacts =>
  readEvidence(bytes, {
    name: 'bill of materials',
    maxBytes: TRAINING_PROVENANCE_MAX_BYTES,
    readers: [{ format: 'a CycloneDX bill of materials', read: readBillOfMaterialsTraining }],
  });
