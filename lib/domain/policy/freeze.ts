/** Windows in which nothing is promoted, as people write them in a policy. */
import * as z from 'zod';
import { Instant, ModelName } from '../identifiers.ts';
import { visibleText } from '../visible-text.ts';
import { WEEKLY } from './active-freezes.ts';
import type { FreezeInPolicy } from './policy-record.ts';
import { TierName } from './tier-rule.ts';
import { isTimeZone } from './zoned-time.ts';

const ONCE = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d$/;

const Moment = z
  .string()
  .refine((text) => isMoment(text), 'must be a day and a time, such as 2026-12-18T18:00, or of each week: friday 16:00')
  .describe('A local time of the zone: once (2026-12-18T18:00), or each week (friday 16:00).');

const isMoment = (text: string): boolean => {
  const [, day] = ONCE.exec(text) ?? [];
  return WEEKLY.test(text) || (day !== undefined && Instant.safeParse(`${day}T00:00:00.000Z`).success);
};

/** A window as people write it. A time that the clocks skip, or show twice, is read so that the window is the longer one. */
export const Freeze = z
  .strictObject({
    name: visibleText(80).describe('What people call it; it stands in every reason.'),
    models: z.exactOptional(z.array(ModelName).min(1)).describe('The models that it is about; all if omitted.'),
    tiers: z.exactOptional(z.array(TierName).min(1)).describe('The tiers that it is about; all if omitted.'),
    environments: z
      .exactOptional(z.array(z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be the name of an environment')).min(1))
      .describe('The environments that it is about; all if omitted.'),
    zone: z.string().max(64).refine(isTimeZone, 'is no time zone: name one such as Europe/Vienna'),
    from: Moment,
    until: Moment.describe('The window ends here; this moment does not belong to it.'),
    on_freeze: z
      .enum(['wait', 'refuse'])
      .describe('wait: a promotion that is due goes on when the window ends. refuse: an operator has to ask again.'),
  })
  .superRefine((freeze, context) => {
    const problem = windowProblem(freeze);
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['until'], message: problem });
  });
export type Freeze = z.infer<typeof Freeze>;

/**
 * Whether the moments of a window can be judged here. One that is kept may be of a version that writes them in another way, or in a
 * zone that this machine does not know yet.
 */
export const isJudgeable = ({ zone, from, until }: Pick<FreezeInPolicy, 'zone' | 'from' | 'until'>): boolean =>
  isTimeZone(zone) && [from, until].every(isMoment) && WEEKLY.test(from) === WEEKLY.test(until);

const windowProblem = ({ from, until }: Pick<FreezeInPolicy, 'from' | 'until'>): string | undefined => {
  if (WEEKLY.test(from) !== WEEKLY.test(until)) return 'is not written as from is: both once, or both of each week';
  if (from === until) return 'is the moment at which the window begins';
  // Written as ISO 8601 has them, they can be compared as text.
  return ONCE.test(from) && until < from ? `is before the window begins, at ${from}` : undefined;
};
