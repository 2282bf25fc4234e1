import * as z from 'zod';
import { StageEnv } from '../../lib/runtime/stage-env.ts';

export const Env = StageEnv.extend({
  ACCOUNT_ID: z.string().min(1),
  /** Parquet tables larger than this are counted on Athena. */
  COUNTED_HERE_MAX_BYTES: z.coerce.number().int().min(0),
  COUNTING_WORKGROUP: z.string().min(1),
  COUNTING_DATABASE: z.string().min(1),
  COUNTING_BUCKET: z.string().min(1),
});
export type Env = z.input<typeof Env>;
