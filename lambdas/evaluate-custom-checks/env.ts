import type * as z from 'zod';
import { StageEnv } from '../../lib/runtime/stage-env.ts';

export const Env = StageEnv;
export type Env = z.input<typeof Env>;
