import type { Sha256 } from '../../identifiers.ts';
import { documentsByLine } from '../documents/envelopes.ts';
import { readInAnyFormat } from '../documents/recognize.ts';
import { readBillOfMaterialsTraining } from '../foreign/cyclonedx.ts';
import { readMlflowTraining } from '../foreign/mlflow-run.ts';
import { readSlsaEnvelope, readSlsaLines, readSlsaStatement } from '../foreign/slsa-provenance.ts';
import { TRAINING_PROVENANCE_MAX_BYTES, type TrainingFacts } from '../training-provenance.ts';

/**
 * Establishes that bytes are training provenance: SLSA v1 (bare or in DSSE envelopes, one a line), an MLflow run, or an
 * ML-BOM. Of several envelopes, the one about the artifact is read.
 */
export const parseTrainingProvenance = (bytes: Uint8Array, artifact?: Sha256): TrainingFacts => {
  const lines = documentsByLine(bytes, TRAINING_PROVENANCE_MAX_BYTES);
  return lines === undefined ? readOne(bytes) : readSlsaLines(lines, artifact);
};

const readOne = (bytes: Uint8Array): TrainingFacts =>
  readInAnyFormat(bytes, {
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

/** Establishes that bytes are the CycloneDX bill of materials of a model, with its digest and those of its data. */
export const parseBillOfMaterials = (bytes: Uint8Array): TrainingFacts =>
  readInAnyFormat(bytes, {
    name: 'bill of materials',
    maxBytes: TRAINING_PROVENANCE_MAX_BYTES,
    readers: [{ format: 'a CycloneDX bill of materials', read: readBillOfMaterialsTraining }],
  });
