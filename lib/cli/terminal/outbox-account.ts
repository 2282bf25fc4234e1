/** The side effects that wait for a person, as the API answers them and as people read them. */
import * as z from 'zod';
import { columns, shorten } from './text.ts';

export const Parked = z.object({
  row_id: z.string(),
  kind: z.string(),
  about: z.string(),
  attempts: z.int(),
  last_error: z.string(),
  parked_at: z.string().optional(),
});
export type Parked = z.infer<typeof Parked>;

/** A row of a later version is printed as it came. */
export const ParkedAnswer = z.object({ parked: z.array(z.looseObject({})), next: z.string().optional() });
export const RedrivenAnswer = z.object({ redriven: z.array(z.looseObject({})) });

export const parkedTable = (rows: readonly Parked[]): string =>
  columns(
    ['id', 'what', 'about', 'tries', 'parked', 'last error'],
    rows.map((row) => [
      row.row_id,
      row.kind.replaceAll('_', ' '),
      shorten(row.about, 60),
      row.attempts,
      row.parked_at ?? '',
      shorten(row.last_error, 100),
    ]),
  );
