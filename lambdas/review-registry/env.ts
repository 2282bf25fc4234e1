import * as z from 'zod';
import { ApproversEnv } from '../../lib/runtime/configuration-env.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  ...ApproversEnv.shape,
  /** What the ARNs of all model packages of this account and region begin with. */
  MODEL_PACKAGES_ARN: z.string().min(1),
});
export type Env = z.input<typeof Env>;
