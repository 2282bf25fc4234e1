import * as z from 'zod';
import { ApproversEnv } from '../../lib/runtime/configuration-env.ts';
import { EnvList } from '../../lib/runtime/env-list.ts';
import { FreezeEnv } from '../../lib/runtime/freezes.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  ...ApproversEnv.shape,
  /** The deployed policy, and the environment that windows and alarms are named by. */
  ...FreezeEnv.shape,
  /** Who says who somebody is, and the client of it that people sign in by. */
  ISSUER: z.string().min(1),
  CLIENT_ID: z.string().min(1),
  SCOPE: z.string().min(1),
  /** What a token for the API is made for, where that is not the client. */
  AUDIENCE: z.string().min(1),
  /** Every generation of the keys of records and decisions, the newest first: what they signed is verified. */
  RECORD_KEY_IDS: EnvList.pipe(z.array(z.string()).min(1)),
  DECISION_KEY_IDS: EnvList.pipe(z.array(z.string()).min(1)),
  /** The key that signs attestations now: those of former keys are signed again when keys change. */
  ATTESTATION_KEY_ID: z.string().min(1),
  /** The Lambda that answers the questions of auditors. */
  QUESTIONS_FUNCTION: z.string().min(1),
  PUBLIC_BASE_URL: z.string().min(1),
});
export type Env = z.input<typeof Env>;
