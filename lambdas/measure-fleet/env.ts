import * as z from 'zod';

const Texts = z.string().transform((list) => list.split(',').filter((text) => text !== ''));

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  /** Where events wait that could not be handled: the addresses of the queues, with commas between them. */
  DEAD_LETTER_QUEUES: Texts,
  /** The model package groups that are ours, if not all are. */
  PACKAGE_GROUPS: Texts,
  /** Whether metrics of each model are published, and not only those of the fleet. */
  METRICS_PER_MODEL: z.enum(['yes', 'no']),
});
export type Env = z.input<typeof Env>;
