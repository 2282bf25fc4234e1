import * as z from 'zod';
import { CheckMode, CheckStatus, StageName } from '../checks/vocabulary.ts';
import { Instant, ReleaseId, Sha256 } from '../identifiers.ts';

/** A verdict as it is kept with the release. */
export const CheckRecord = z.strictObject({
  entity: z.literal('check'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  stage: StageName,
  name: z.string(),
  mode: CheckMode,
  status: CheckStatus,
  passed: z.boolean(),
  measured: z.string(),
  threshold: z.string(),
  explanation: z.string(),
  evidenceSha256: z.string(),
  /** Of the code that reached the verdict: the bundle of the stage's Lambda, or the package of a check that a user wrote. */
  codeSha256: Sha256,
  timestamp: Instant,
});
export type CheckRecord = z.infer<typeof CheckRecord>;
