import * as z from 'zod';
import { Instant, ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import type { Release } from '../release/release.ts';
import { stored, Word } from '../stored.ts';

/** A signed envelope in storage: its digest, the URI of the locked copy, and the key that signed it. */
export const KeptEnvelope = stored({ sha256: Sha256, uri: z.string(), keyId: z.string().min(1) });
export type KeptEnvelope = z.infer<typeof KeptEnvelope>;

/**
 * The attestation of one stage of a release. It is written in one transaction with the checks of the stage, so wherever
 * there are checks there is an attestation.
 */
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
  partition: 'ATTESTATIONS',
  of: ['releaseId'],
  sort: 'ATTESTATION',
  by: ['stage'],
});

/** The folder that a stage keeps its attestations of a release in. No other stage may write there. */
export const attestationFolder = (
  { modelName, modelVersion, releaseId }: Pick<Release, 'modelName' | 'modelVersion' | 'releaseId'>,
  stage: string,
): string => `attestations/${modelName}/${modelVersion}/${releaseId}/${stage}`;
