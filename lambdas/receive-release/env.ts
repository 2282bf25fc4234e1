import * as z from 'zod';
import { EnvList } from '../../lib/runtime/env-list.ts';
import { IntakeEnv } from '../../lib/runtime/intake-world.ts';

export const Env = z.object({
  ...IntakeEnv.shape,
  ENVIRONMENT: z.string().min(1),
  /** The model package groups that are taken in; of the others those alone that ask this environment by name. */
  PACKAGE_GROUPS: EnvList,
});
export type Env = z.input<typeof Env>;
