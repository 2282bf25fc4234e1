/** Stretches of time, and days as a person counts them: where they are, a day begins at another instant. */
import { Instant } from '../identifiers.ts';
import { DAY_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';

/** In milliseconds since the Unix epoch; the end does not belong to it. */
export type Span = { readonly from: number; readonly until: number };

/** Every zone is a multiple of 15 minutes apart from UTC, so a day begins at no other instant. */
const QUARTER_MS = 900_000;
/** No zone is further from UTC than 14 hours. */
const FURTHEST_MS = 15 * 4 * QUARTER_MS;

type Days = { readonly first_day: string; readonly last_day: string };

/** From the beginning of the first day to the end of the last one, in this time zone; UTC if there is none. */
export const spanOfDays = ({ first_day, last_day }: Days, timeZone = 'UTC'): Span => ({
  from: beginningOf(utcMidnight(first_day), first_day, timeZone),
  until: beginningOf(utcMidnight(last_day) + DAY_MS, nextDay(last_day), timeZone),
});

/** The first quarter of an hour at which it is this day there. Local days never run backwards, so halving finds it. */
const beginningOf = (midnight: number, day: string, timeZone: string): number => {
  const format = formatOf(timeZone);
  let [before, at] = [midnight - FURTHEST_MS, midnight + FURTHEST_MS];
  while (at - before > QUARTER_MS) {
    const middle = before + Math.floor((at - before) / QUARTER_MS / 2) * QUARTER_MS;
    if (format.format(middle) < day) before = middle;
    else at = middle;
  }
  return at;
};

/** Making one takes longer than all that is done with it. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  // Swedish days are written as ISO 8601 has them, so that their texts compare as they do.
  const format = FORMATS.get(timeZone) ?? new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short' });
  FORMATS.set(timeZone, format);
  return format;
};

const utcMidnight = (day: string): number => millisecondsOf(Instant.parse(`${day}T00:00:00.000Z`));
const nextDay = (day: string): string =>
  plusMilliseconds(Instant.parse(`${day}T00:00:00.000Z`), DAY_MS).slice(0, 'yyyy-mm-dd'.length);

/** What is left of the spans outside of the others. */
export const spansOutside = (spans: readonly Span[], others: readonly Span[]): Span[] =>
  others.reduce<Span[]>(
    (left, { from, until }) =>
      left.flatMap((span) =>
        [
          { from: span.from, until: Math.min(span.until, from) },
          { from: Math.max(span.from, until), until: span.until },
        ].filter(isAny),
      ),
    [...spans],
  );

/** What the spans have in common with another. */
export const spansWithin = (spans: readonly Span[], { from, until }: Span): Span[] =>
  spans.map((span) => ({ from: Math.max(span.from, from), until: Math.min(span.until, until) })).filter(isAny);

const isAny = ({ from, until }: Span): boolean => from < until;
