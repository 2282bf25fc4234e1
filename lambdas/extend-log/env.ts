import * as z from 'zod';
import { RetentionClasses } from '../../lib/domain/ledger/retention-class.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  AUDIT_BUCKET: z.string().min(1),
  AUDIT_RETENTION_DAYS: z.coerce.number().int().min(1),
  AUDIT_RETENTION_CLASSES: RetentionClasses,
  LOCK_MODE: z.enum(['GOVERNANCE', 'COMPLIANCE']),
  LOG_KEY_ID: z.string().min(1),
  /** The key that signs decisions: published in the log, and used by another Lambda. */
  DECISION_KEY_ID: z.string().min(1),
  /** The key that signs attestations, renewals of approvals among them: published in the log, too. */
  ATTESTATION_KEY_ID: z.string().min(1),
  /** The name of this log, as verifiers know it: one for each deployment. */
  LOG_ORIGIN: z.string().min(1),
});
export type Env = z.input<typeof Env>;
