import * as z from 'zod';
import { ApproversEnv } from '../../lib/runtime/configuration-env.ts';
import { StageEnv } from '../../lib/runtime/stage-env.ts';

export const Env = StageEnv.extend({ ...ApproversEnv.shape, ACCOUNT_ID: z.string().min(1) });
export type Env = z.input<typeof Env>;
