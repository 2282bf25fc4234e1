import * as z from 'zod';
import { WatchedNames } from '../../lib/domain/serving/watched-names.ts';
import { ModelBucketsEnv } from '../../lib/runtime/configuration-env.ts';
import { EnvList } from '../../lib/runtime/env-list.ts';
import { ServedEnv } from '../../lib/runtime/served.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  ...ServedEnv.shape,
  ...ModelBucketsEnv.shape,
  MODEL_EXECUTION_ROLE_ARN: z.string().min(1),
  /** The keys that sign records and decisions, and those that did; the newest first. */
  RECORD_KEY_IDS: EnvList.pipe(z.array(z.string()).min(1)),
  DECISION_KEY_IDS: EnvList.pipe(z.array(z.string()).min(1)),
  /** The endpoints that are watched whatever they serve, by patterns of their names. */
  WATCHED_ENDPOINTS: EnvList.pipe(WatchedNames),
});
export type Env = z.input<typeof Env>;
