import * as z from 'zod';
import { FreezeEnv } from '../../lib/runtime/freezes.ts';
import { ServedEnv } from '../../lib/runtime/served.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  /** Verifies the decisions of people, and cannot sign any. */
  DECISION_KEY_ID: z.string().min(1),
  ...ServedEnv.shape,
  ...FreezeEnv.shape,
  EVIDENCE_RETENTION_DAYS: z.coerce.number().int().min(1),
  LOCK_MODE: z.enum(['GOVERNANCE', 'COMPLIANCE']),
});
export type Env = z.input<typeof Env>;
