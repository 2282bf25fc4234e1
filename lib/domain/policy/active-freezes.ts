/** The windows of a policy that are on at an instant. What is deployed judges by it, and parses no document of people. */
import { Instant } from '../identifiers.ts';
import { DAY_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';
import type { FreezeInPolicy } from './policy-record.ts';
import { instantsOf, type LocalTime, localTimeAt } from './zoned-time.ts';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
/** A moment of each week: `friday 16:00`. */
export const WEEKLY = new RegExp(`^(${DAYS.join('|')}) (([01]\\d|2[0-3]):[0-5]\\d)$`);

export type ActiveFreeze = {
  readonly name: string;
  readonly until: Instant;
  /** When it ends as a clock in its zone shows it. */
  readonly untilThere: string;
  readonly waits: boolean;
};

export type About = { readonly modelName: string; readonly tier: string; readonly environment: string };

/** The windows of a policy that are about a release, on or off. */
export const freezesAbout = (
  freezes: readonly FreezeInPolicy[] = [],
  { modelName, tier, environment }: About,
): FreezeInPolicy[] =>
  freezes.filter(
    ({ models, tiers, environments }) =>
      isAbout(models, modelName) && isAbout(tiers, tier) && isAbout(environments, environment),
  );

/** Those that are on for a release at an instant, the one that ends last first. */
export const activeFreezes = (
  freezes: readonly FreezeInPolicy[] | undefined,
  about: About,
  now: Instant,
): ActiveFreeze[] =>
  freezesAbout(freezes, about)
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
