import * as z from 'zod';
import { EnvList } from '../../lib/runtime/env-list.ts';

export const Env = z.object({
  TABLE_NAME: z.string().min(1),
  /** Where the cards lie that name who answers for a model. */
  EVIDENCE_BUCKET: z.string().min(1),
  /** Where events wait that could not be handled: the addresses of the queues, with commas between them. */
  DEAD_LETTER_QUEUES: EnvList,
  /** The model package groups that are ours, if not all are. */
  PACKAGE_GROUPS: EnvList,
  /** Whether metrics of each model are published, and not only those of the fleet. */
  METRICS_PER_MODEL: z.enum(['yes', 'no']),
});
export type Env = z.input<typeof Env>;
