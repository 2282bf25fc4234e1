import * as z from 'zod';
import { Instant, ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/** The verdict of one check, as stored with the release. */
export const CheckRecord = stored({
  entity: z.literal('check'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  stage: Word,
  name: z.string(),
  mode: Word,
  status: Word,
  passed: z.boolean(),
  measured: z.string(),
  threshold: z.string(),
  explanation: z.string(),
  evidenceSha256: z.string(),
  /** How the verdict is known. Former versions did not say. */
  knownBy: z.exactOptional(Word),
  /**
   * Digest of the code that reached the verdict: the bundle of the stage's Lambda, or the package of a custom check.
   */
  codeSha256: Sha256,
  timestamp: Instant,
});
export type CheckRecord = z.infer<typeof CheckRecord>;
export const checkKind = defineKind(CheckRecord, {
  partition: 'CHECKS',
  of: ['releaseId'],
  sort: 'CHECK',
  by: ['stage', 'name'],
});
