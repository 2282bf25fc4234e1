import * as z from 'zod';
import { ApproversEnv } from '../../lib/runtime/configuration-env.ts';
import { FreezeEnv } from '../../lib/runtime/freezes.ts';
import { ServedEnv } from '../../lib/runtime/served.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  ...FreezeEnv.shape,
  /** Verifies the decisions of people, and cannot sign any. */
  DECISION_KEY_ID: z.string().min(1),
  /** Signs the answers. */
  ATTESTATION_KEY_ID: z.string().min(1),
  ...ApproversEnv.shape,
  ...ServedEnv.shape,
});
export type Env = z.input<typeof Env>;
