import * as z from 'zod';
import { Instant, ModelName, ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/** What was last done to a package by hand, and what Assay did about it. One for each package, since somebody first did. */
export const RegistryDrift = stored({
  entity: z.literal('registry_drift'),
  version: z.int().min(0),
  /** The ARN in lower case, as the holder of the package has it. */
  packageId: z.string().min(1),
  modelPackageArn: z.string().min(1),
  releaseId: ReleaseId,
  modelName: ModelName,
  kind: Word,
  /** `reverted`, `reported`, `closed` or `person_needed`. */
  answer: Word,
  /** The digest of what was found, so that the same is found once. */
  seen: Sha256,
  foundAt: Instant,
  /** When Assay answered what was done by hand: only the last 24 hours count. */
  answeredAt: z.array(Instant),
  /** Since when Assay changes nothing of the package against somebody's hand any more. Absent if it does. */
  personNeededSince: Instant.optional(),
  settledAt: Instant.optional(),
  settledBy: z.string().min(1).max(2048).optional(),
});
export type RegistryDrift = z.infer<typeof RegistryDrift>;
export const registryDriftKind = defineKind(RegistryDrift, { partition: 'DRIFT', of: ['packageId'], sort: 'META' });
