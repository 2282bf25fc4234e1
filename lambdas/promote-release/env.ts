import * as z from 'zod';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  /** Verifies the decisions of people, and cannot sign any. */
  DECISION_KEY_ID: z.string().min(1),
});
export type Env = z.input<typeof Env>;
