import * as z from 'zod';
import type { Surroundings } from '../command.ts';
import { localTime } from './local-time.ts';
import { columns, plain } from './text.ts';

/** What an approval was given on condition of, as the API says it. */
export const Condition = z.object({
  condition_id: z.string(),
  text: z.string(),
  owner_id: z.string(),
  due_at: z.string(),
  approver_id: z.string(),
  status: z.string(),
  met_by: z.string().optional(),
  met_at: z.string().optional(),
  reason: z.string().optional(),
});
export type Condition = z.infer<typeof Condition>;

export const conditionTable = (conditions: readonly Condition[], around: Pick<Surroundings, 'env'>): string =>
  columns(
    ['condition', 'is', 'owner', 'due', 'what'],
    conditions.map((one) => [
      plain(one.condition_id),
      one.met_by === undefined ? one.status : `met by ${plain(one.met_by)}`,
      plain(one.owner_id),
      localTime(one.due_at, around),
      plain(one.text),
    ]),
  );
