import * as z from 'zod';
import { StageName } from '../checks/vocabulary.ts';
import { Instant, ReleaseId, Sha256 } from '../identifiers.ts';

/** A signed envelope as it is kept: its digest, where the locked copy lies, and the key that signed it. */
export const KeptEnvelope = z.strictObject({ sha256: Sha256, uri: z.string(), keyId: z.string().min(1) });
export type KeptEnvelope = z.infer<typeof KeptEnvelope>;

/** The attestation of one stage of a release. There is one wherever there are checks: both come in one transaction. */
export const Attestation = z.strictObject({
  entity: z.literal('attestation'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  stage: StageName,
  ...KeptEnvelope.shape,
  signedAt: Instant,
});
export type Attestation = z.infer<typeof Attestation>;
