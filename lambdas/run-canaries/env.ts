import * as z from 'zod';

/** The Lambda of each stage, and the checks that it has. */
const StageChecks = z.array(z.strictObject({ functionArn: z.string().min(1), checks: z.array(z.string().min(1)) }));

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  /** As JSON. */
  CANARIES: z
    .string()
    .transform((text) => JSON.parse(text))
    .pipe(StageChecks),
});
export type Env = z.input<typeof Env>;
