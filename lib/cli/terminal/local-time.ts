import type { Surroundings } from '../command.ts';

/** The zone of the terminal: that of `TZ`, or else of the machine. */
const zoneOf = ({ env }: Pick<Surroundings, 'env'>): string => {
  const ofMachine = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: env['TZ'] ?? ofMachine }).resolvedOptions().timeZone;
  } catch {
    // TZ may hold what only the C library reads, such as the path of a file.
    return ofMachine;
  }
};

/** `2026-11-24 10:00 Europe/Berlin (2026-11-24 09:00 UTC)`: an instant for a person, and for whom they pass it on to. */
export const localTime = (instant: string, around: Pick<Surroundings, 'env'>): string => {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const written = (timeZone: string): string =>
    `${new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(date)} ${timeZone}`;
  const zone = zoneOf(around);
  return zone === 'UTC' ? written(zone) : `${written(zone)} (${written('UTC')})`;
};
