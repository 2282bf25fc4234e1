import * as z from 'zod';
import { ApproversEnv } from '../../lib/runtime/configuration-env.ts';

export const Env = z.object({ TABLE_NAME: z.string().min(1), ...ApproversEnv.shape });
export type Env = z.input<typeof Env>;
