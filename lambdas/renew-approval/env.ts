import * as z from 'zod';
import { ApproversEnv, PolicyEnv, RegimesEnv } from '../../lib/runtime/configuration-env.ts';
import { ServedEnv } from '../../lib/runtime/served.ts';
import { StageEnv } from '../../lib/runtime/stage-env.ts';

export const Env = StageEnv.extend({
  /** Verifies the decisions of people, and cannot sign any. */
  DECISION_KEY_ID: z.string().min(1),
  ...PolicyEnv.shape,
  ...ApproversEnv.shape,
  ...RegimesEnv.shape,
  ...ServedEnv.shape,
});
export type Env = z.input<typeof Env>;
