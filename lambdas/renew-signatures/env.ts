import * as z from 'zod';
import { StageEnv } from '../../lib/runtime/stage-env.ts';

export const Env = StageEnv.extend({ RECORD_KEY_ID: z.string().min(1) });
export type Env = z.input<typeof Env>;
