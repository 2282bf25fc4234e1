import * as z from 'zod';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  /** The part of the names of alarms that says which deployment they are for. */
  ENVIRONMENT: z.string().min(1),
});
export type Env = z.input<typeof Env>;
