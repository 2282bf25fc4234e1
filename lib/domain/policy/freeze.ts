/** Windows in which nothing is promoted, as a policy names them, and those that are on at an instant. */
import * as z from 'zod';
import { Instant, ModelName, type RiskTier } from '../identifiers.ts';
import { DAY_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';
import { visibleText } from '../visible-text.ts';
import type { FreezeInPolicy } from './policy-record.ts';
import { TierName } from './tier-rule.ts';
import { instantsOf, isTimeZone, type LocalTime, localTimeAt } from './zoned-time.ts';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const ONCE = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d$/;
const WEEKLY = new RegExp(`^(${DAYS.join('|')}) (([01]\\d|2[0-3]):[0-5]\\d)$`);

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

const windowProblem = ({ from, until }: Pick<FreezeInPolicy, 'from' | 'until'>): string | undefined => {
  if (WEEKLY.test(from) !== WEEKLY.test(until)) return 'is not written as from is: both once, or both of each week';
  if (from === until) return 'is the moment at which the window begins';
  // Written as ISO 8601 has them, they can be compared as text.
  return ONCE.test(from) && until < from ? `is before the window begins, at ${from}` : undefined;
};

export type ActiveFreeze = {
  readonly name: string;
  readonly until: Instant;
  /** When it ends as a clock in its zone shows it. */
  readonly untilThere: string;
  readonly waits: boolean;
};

type About = { readonly modelName: string; readonly tier: RiskTier; readonly environment: string };

/** The windows of a policy that are on for a release at an instant, the one that ends last first. */
export const activeFreezes = (
  freezes: readonly FreezeInPolicy[] | undefined,
  { modelName, tier, environment }: About,
  now: Instant,
): ActiveFreeze[] =>
  (freezes ?? [])
    .filter(
      ({ models, tiers, environments }) =>
        isAbout(models, modelName) && isAbout(tiers, tier) && isAbout(environments, environment),
    )
    .flatMap((freeze) => {
      const until = endOf(freeze, now);
      const { name, zone, on_freeze: onFreeze } = freeze;
      return until === undefined
        ? []
        : [
            {
              name,
              until,
              untilThere: `${localTimeAt(until, zone).replace('T', ' ')} ${zone}`,
              waits: onFreeze === 'wait',
            },
          ];
    })
    .sort((one, other) => (one.until < other.until ? 1 : -1));

const isAbout = (named: readonly string[] | undefined, one: string): boolean => named?.includes(one) ?? true;

/** When the window ends that is on at an instant; undefined if it is off. */
const endOf = ({ zone, from, until }: FreezeInPolicy, now: Instant): Instant | undefined =>
  spansOf({ zone, from, until }, now).find(({ first, last }) => first <= now && now < last)?.last;

const spansOf = (freeze: Pick<FreezeInPolicy, 'zone' | 'from' | 'until'>, now: Instant) =>
  localSpans(freeze, now).map(({ from, until }) => ({
    first: instantsOf(from, freeze.zone).first,
    last: instantsOf(until, freeze.zone).last,
  }));

/** The window by the clocks there: the one, or those of each week that begin at most eight days before. */
const localSpans = (
  { zone, from, until }: Pick<FreezeInPolicy, 'zone' | 'from' | 'until'>,
  now: Instant,
): { readonly from: LocalTime; readonly until: LocalTime }[] => {
  const [, fromDay = '', fromTime = ''] = WEEKLY.exec(from) ?? [];
  const [, untilDay = '', untilTime = ''] = WEEKLY.exec(until) ?? [];
  if (fromDay === '') return [{ from, until }];
  const today = localTimeAt(now, zone).slice(0, 'yyyy-mm-dd'.length);
  const days = (dayNumber(untilDay) - dayNumber(fromDay) + 7) % 7;
  const length = days === 0 && untilTime <= fromTime ? 7 : days;
  return Array.from({ length: 10 }, (_, back) => dayAfter(today, 1 - back))
    .filter((day) => weekdayOf(day) === dayNumber(fromDay))
    .map((day) => ({ from: `${day}T${fromTime}`, until: `${dayAfter(day, length)}T${untilTime}` }));
};

const dayNumber = (day: string): number => DAYS.map(String).indexOf(day);
const midnight = (day: string): Instant => Instant.parse(`${day}T00:00:00.000Z`);
const dayAfter = (day: string, days: number): string =>
  plusMilliseconds(midnight(day), days * DAY_MS).slice(0, 'yyyy-mm-dd'.length);
/** The first day of 1970 was a Thursday. */
const weekdayOf = (day: string): number => (millisecondsOf(midnight(day)) / DAY_MS + 3) % 7;
