import * as z from 'zod';
import { ApproversEnv, PolicyEnv } from '../../lib/runtime/configuration-env.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  ...PolicyEnv.shape,
  ...ApproversEnv.shape,
  MODEL_BUCKETS: z.string().transform((list) => list.split(',')),
  ACCOUNT_ID: z.string().min(1),
});
export type Env = z.input<typeof Env>;
