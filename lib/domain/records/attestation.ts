import * as z from 'zod';
import { Instant, ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/** A signed envelope as it is kept: its digest, where the locked copy lies, and the key that signed it. */
export const KeptEnvelope = stored({ sha256: Sha256, uri: z.string(), keyId: z.string().min(1) });
export type KeptEnvelope = z.infer<typeof KeptEnvelope>;

/** The attestation of one stage of a release. There is one wherever there are checks: both come in one transaction. */
export const Attestation = stored({
  entity: z.literal('attestation'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  stage: Word,
  ...KeptEnvelope.shape,
  signedAt: Instant,
});
export type Attestation = z.infer<typeof Attestation>;
export const attestationKind = defineKind(Attestation, {
  partition: 'RELEASE',
  of: ['releaseId'],
  sort: 'ATTESTATION',
  by: ['stage'],
});
