import * as z from 'zod';
import { ApproversEnv } from '../../lib/runtime/configuration-env.ts';

export const Env = z.object({
  ...ApproversEnv.shape,
  /** Where it is noted who read what. */
  TABLE_NAME: z.string().min(1),
  /** Where the checkpoints say how far the log goes. */
  AUDIT_BUCKET: z.string().min(1),
  HISTORY_BUCKET: z.string().min(1),
  QUESTIONS_WORKGROUP: z.string().min(1),
  QUESTIONS_DATABASE: z.string().min(1),
  /** The Lambda that derives the rows that are missing. */
  DERIVE_FUNCTION: z.string().min(1),
  /** Where the SQL of the questions lies, seen from this file. */
  SQL_FOLDER: z.string().min(1),
});
export type Env = z.input<typeof Env>;
