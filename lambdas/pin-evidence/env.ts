import * as z from 'zod';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  EVIDENCE_RETENTION_DAYS: z.coerce.number().int().min(1),
  /** Of rows about people; none if they are kept as long as other evidence, and removed by nobody. */
  EVIDENCE_ROWS_RETENTION_DAYS: z.coerce.number().int().min(0),
  LOCK_MODE: z.enum(['GOVERNANCE', 'COMPLIANCE']),
  ACCOUNT_ID: z.string().min(1),
});
export type Env = z.input<typeof Env>;
