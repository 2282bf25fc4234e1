import * as z from 'zod';
import { StageEnv } from '../../lib/runtime/stage-env.ts';

export const Env = StageEnv.extend({ APPROVERS_BUCKET: z.string().min(1), APPROVERS_KEY: z.string().min(1) });
export type Env = z.input<typeof Env>;
