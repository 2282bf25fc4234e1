import * as z from 'zod';

/** The environment of every automated stage: where releases and evidence lie, how attestations are signed and kept. */
export const StageEnv = z.object({
  TABLE_NAME: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  EVIDENCE_RETENTION_DAYS: z.coerce.number().int().min(1),
  LOCK_MODE: z.enum(['GOVERNANCE', 'COMPLIANCE']),
  ATTESTATION_KEY_ID: z.string().min(1),
});
export type StageEnv = z.output<typeof StageEnv>;
