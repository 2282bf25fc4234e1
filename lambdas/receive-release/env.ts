import * as z from 'zod';
import { IntakeEnv } from '../../lib/runtime/intake-world.ts';

export const Env = z.object({
  ...IntakeEnv.shape,
  ENVIRONMENT: z.string().min(1),
  /** The model package groups that are taken in; of the others those alone that ask this environment by name. */
  PACKAGE_GROUPS: z.string().transform((list) => list.split(',').filter((group) => group !== '')),
});
export type Env = z.input<typeof Env>;
