import * as z from 'zod';
import { ModelBucketsEnv } from '../../lib/runtime/configuration-env.ts';

export const Env = z.object({ TABLE_NAME: z.string().min(1), ACCOUNT_ID: z.string().min(1), ...ModelBucketsEnv.shape });
export type Env = z.input<typeof Env>;
