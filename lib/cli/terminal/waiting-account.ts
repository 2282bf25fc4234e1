/** The requests that wait for people, as the API answers them and as people read them. */
import * as z from 'zod';
import { columns } from './text.ts';

const Waiting = z.object({
  release_id: z.string(),
  risk_tier: z.string(),
  since: z.string(),
  expires_at: z.string(),
  escalated_at: z.string().optional(),
  waits_for: z.array(z.object({ role: z.string(), asked: z.array(z.string()) })),
});
export type Waiting = z.infer<typeof Waiting>;

export const WaitingAnswer = z.object({ approvals: z.array(Waiting), next: z.string().optional() });

export const SentAnswer = z.object({ release_id: z.string(), about: z.string(), people: z.array(z.string()) });

export const waitingTable = (rows: readonly Waiting[]): string =>
  columns(
    ['release', 'tier', 'since', 'until', 'escalated', 'waits for'],
    rows.map((row) => [
      row.release_id,
      row.risk_tier,
      row.since,
      row.expires_at,
      row.escalated_at ?? '',
      row.waits_for.map(({ role, asked }) => `${role}: ${asked.join(', ') || 'nobody left'}`).join('; '),
    ]),
  );

export const sentTable = ({ release_id: id, about, people }: z.infer<typeof SentAnswer>): string =>
  columns(
    ['sent', id],
    [
      ['about', about.replaceAll('_', ' ')],
      ['to', people.join(', ')],
    ],
  );
