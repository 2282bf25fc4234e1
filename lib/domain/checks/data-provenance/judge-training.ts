import type { TrainingFacts } from '../../evidence/training-provenance.ts';
import type { ManifestRecord } from '../../release/manifest-record.ts';
import { listed, sayUnless, shown } from '../finding.ts';

/**
 * Establishes that a statement about a training run is about this artifact and about the data that it was trained on.
 */
export const trainingProblems = (
  name: string,
  { subjects, materials }: TrainingFacts,
  { artifact_sha256: artifact, training_dataset_sha256: dataset }: ManifestRecord,
): string[] => [
  ...sayUnless(
    subjects.some(({ sha256 }) => sha256 === artifact),
    `The ${name} is about ${listed(subjects.map(({ sha256 }) => sha256)) || 'no artifact'}, but ${artifact} is to be released. Create one for this artifact.`,
  ),
  ...sayUnless(
    materials.some(({ sha256 }) => sha256 === dataset),
    `The ${name} names ${listed(materials.map((material) => shown(material.name))) || 'nothing'} as its inputs, but no data with digest ${dataset}, which the manifest gives as training_dataset_sha256.`,
  ),
];
