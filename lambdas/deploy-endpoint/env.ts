import * as z from 'zod';
import { FreezeEnv } from '../../lib/runtime/freezes.ts';
import { ServedEnv } from '../../lib/runtime/served.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  /** Verifies the decisions of people, and cannot sign any. */
  DECISION_KEY_ID: z.string().min(1),
  ...ServedEnv.shape,
  ...FreezeEnv.shape,
  MODEL_EXECUTION_ROLE_ARN: z.string().min(1),
});
export type Env = z.input<typeof Env>;
