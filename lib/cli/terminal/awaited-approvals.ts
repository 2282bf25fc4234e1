/** Whom a request for approval waits for, and until when, as the API says it of releases and models. */
import * as z from 'zod';
import type { Surroundings } from '../command.ts';
import { localTime } from './local-time.ts';

export const AwaitedApprovals = z.object({
  status: z.string(),
  expires_at: z.string(),
  waits_for: z.array(z.object({ role: z.string(), asked: z.array(z.string()) })),
  required_people: z.array(z.string()).default([]),
  /** Absent where everybody is asked at once. */
  stages: z.array(z.object({ name: z.string(), status: z.string() })).default([]),
});
export type AwaitedApprovals = z.infer<typeof AwaitedApprovals>;

/** A request that is not pending waits for nobody. */
export const awaitedFacts = (request: AwaitedApprovals | undefined, around: Pick<Surroundings, 'env'>): string[][] =>
  request?.status !== 'pending'
    ? []
    : [
        ['stages', request.stages.map(({ name, status }) => `${name} ${wordOf(status)}`).join(', ')],
        ...request.waits_for.map(({ role, asked }) => [
          'waits for',
          `${role}: ${asked.join(', ') || 'nobody else was asked'}`,
        ]),
        ['must approve', request.required_people.join(', ')],
        ['deadline', localTime(request.expires_at, around)],
      ];

/** A status that this version does not know is shown as it is. */
const wordOf = (status: string): string => status.replaceAll('_', ' ');
