import * as z from 'zod';
import { SlackEnv } from '../../lib/runtime/slack-env.ts';

export const Env = z.object({ ...SlackEnv.shape, DECIDER_NAME: z.string().min(1) });
export type Env = z.input<typeof Env>;
