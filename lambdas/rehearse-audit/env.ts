import * as z from 'zod';
import { EnvList } from '../../lib/runtime/env-list.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  AUDIT_BUCKET: z.string().min(1),
  AUDIT_RETENTION_DAYS: z.coerce.number().int().min(1),
  LOCK_MODE: z.enum(['GOVERNANCE', 'COMPLIANCE']),
  /** Whose reading is tried, and must be denied; governance records lie there, too. */
  EVIDENCE_BUCKET: z.string().min(1),
  HISTORY_BUCKET: z.string().min(1),
  QUESTIONS_WORKGROUP: z.string().min(1),
  QUESTIONS_DATABASE: z.string().min(1),
  DERIVE_FUNCTION: z.string().min(1),
  /** Where the SQL of the questions lies, seen from this file. */
  SQL_FOLDER: z.string().min(1),
  LOG_KEY_ID: z.string().min(1),
  /** Every generation of the key of records. */
  RECORD_KEY_IDS: EnvList.pipe(z.array(z.string()).min(1)),
});
export type Env = z.input<typeof Env>;
