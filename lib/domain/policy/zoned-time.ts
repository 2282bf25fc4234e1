/** Local times of a place as instants, also on the two nights on which its clocks are changed. */
import { Instant } from '../identifiers.ts';
import { DAY_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';

/** A zone is named. Runtimes also take a bare offset, which no place keeps all year, and of which any minute would do. */
export const isTimeZone = (name: string): boolean => {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** A day and a time of day as a clock on the wall shows them: `2026-12-18T18:00`. */
export type LocalTime = string;

/** Making one takes longer than all that is done with it. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const format =
    FORMATS.get(timeZone) ??
    // Swedish times are written as ISO 8601 has them, but for the blank.
    new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  FORMATS.set(timeZone, format);
  return format;
};

/** What a clock there shows at an instant, to the minute. */
export const localTimeAt = (instant: Instant, timeZone: string): LocalTime =>
  formatOf(timeZone).format(millisecondsOf(instant)).replace(' ', 'T');

/**
 * The first and the last instant that a local time can mean. They are one, but on two nights of a year: in spring a time between
 * the hours is skipped, and is read by the offset before and by the one after; in autumn it comes twice.
 */
export const instantsOf = (local: LocalTime, timeZone: string): { readonly first: Instant; readonly last: Instant } => {
  const asUtc = Instant.parse(`${local}:00.000Z`);
  const offsets = [-DAY_MS, DAY_MS].map((away) => offsetAt(plusMilliseconds(asUtc, away), timeZone));
  const candidates = offsets.map((offset) => plusMilliseconds(asUtc, -offset));
  const meant = candidates.filter((candidate) => localTimeAt(candidate, timeZone) === local);
  const [first = asUtc, last = first] = (meant.length > 0 ? meant : candidates).sort();
  return { first, last };
};

/** How far the clocks there are ahead of UTC, in milliseconds. */
const offsetAt = (instant: Instant, timeZone: string): number => {
  const shown = Instant.parse(`${localTimeAt(instant, timeZone)}:00.000Z`);
  const minute = Instant.parse(`${instant.slice(0, 'yyyy-mm-ddThh:mm'.length)}:00.000Z`);
  return millisecondsOf(shown) - millisecondsOf(minute);
};
