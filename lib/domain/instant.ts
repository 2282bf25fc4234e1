import { Instant } from './identifiers.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The instant `milliseconds` after `instant`. Arithmetic only: it reads no clock. */
export const plusMilliseconds = (instant: Instant, milliseconds: number): Instant =>
  // biome-ignore lint/style/noRestrictedGlobals: converts a given instant, reads no clock
  Instant.parse(new Date(millisecondsOf(instant) + milliseconds).toISOString());

/** Milliseconds since the Unix epoch. */
export const millisecondsOf = (instant: Instant): number =>
  // biome-ignore lint/style/noRestrictedGlobals: converts a given instant, reads no clock
  Date.parse(instant);
