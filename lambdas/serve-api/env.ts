import * as z from 'zod';
import { FreezeEnv } from '../../lib/runtime/freezes.ts';
import { IntakeEnv } from '../../lib/runtime/intake-world.ts';

export const Env = z.object({
  ...IntakeEnv.shape,
  ...FreezeEnv.shape,
  EVIDENCE_BUCKET: z.string().min(1),
  /** A caller waits: what is left of a second is for writing. */
  DOOR_PATIENCE_MS: z.coerce.number().int().positive(),
  RECORD_KEY_ID: z.string().min(1),
  ATTESTATION_KEY_ID: z.string().min(1),
  /** The Lambda that has a check made again. */
  CANARIES_FUNCTION: z.string().min(1),
  /** The Lambda that renews approvals. */
  RENEWAL_FUNCTION: z.string().min(1),
  /** Where the OpenAPI document lies, seen from this file. */
  OPENAPI_FOLDER: z.string().min(1),
});
export type Env = z.input<typeof Env>;
