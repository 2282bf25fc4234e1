import * as z from 'zod';
import { ServedEnv } from '../../lib/runtime/served.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  /** Verifies the proofs of renewals. */
  ATTESTATION_KEY_ID: z.string().min(1),
  ...ServedEnv.shape,
});
export type Env = z.input<typeof Env>;
