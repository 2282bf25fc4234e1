import type * as z from 'zod';
import { ApproversEnv } from '../../lib/runtime/configuration-env.ts';
import { StageEnv } from '../../lib/runtime/stage-env.ts';

export const Env = StageEnv.extend(ApproversEnv.shape);
export type Env = z.input<typeof Env>;
