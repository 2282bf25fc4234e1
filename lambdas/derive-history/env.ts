import * as z from 'zod';

export const Env = z.object({
  AUDIT_BUCKET: z.string().min(1),
  /** Where the rows lie that are derived, and how far they reach. */
  HISTORY_BUCKET: z.string().min(1),
});
export type Env = z.input<typeof Env>;
