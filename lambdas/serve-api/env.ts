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
  /** As JSON: the ARN of the Lambda that evaluates each stage. */
  STAGE_FUNCTIONS: z
    .string()
    .transform((text) => JSON.parse(text))
    .pipe(z.record(z.string().min(1), z.string().min(1))),
});
export type Env = z.input<typeof Env>;
