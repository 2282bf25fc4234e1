import * as z from 'zod';
import { ApproversEnv } from '../../lib/runtime/configuration-env.ts';
import { SlackEnv } from '../../lib/runtime/slack-env.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  ...ApproversEnv.shape,
  LINK_KEY_ID: z.string().min(1),
  DECISION_KEY_ID: z.string().min(1),
  /** Empty if the API is reached at its own address: then that address is the origin. */
  PUBLIC_BASE_URL: z.string(),
  ...SlackEnv.shape,
});
export type Env = z.input<typeof Env>;
