/** When the clauses of the regimes hold, as it is deployed: law may change while nothing that was released does. */
import * as z from 'zod';
import type { Instant } from '../identifiers.ts';

const Day = z.iso.date();

export const ClauseDays = z.array(
  z.strictObject({ id: z.string().min(1), in_force_from: Day, in_force_until: z.exactOptional(Day) }),
);
export type ClauseDays = z.infer<typeof ClauseDays>;

/** Of whole clauses, what is deployed. */
export const clauseDays = (clauses: ClauseDays): ClauseDays =>
  clauses.map(({ id, in_force_from, in_force_until: until }) => ({
    ...{ id, in_force_from },
    ...(until === undefined ? {} : { in_force_until: until }),
  }));

/** The clauses that hold on the day of an instant, in order. */
export const heldAt = (clauses: ClauseDays, at: Instant): string[] => {
  const day = at.slice(0, 10);
  return clauses
    .filter(({ in_force_from: from, in_force_until: until }) => from <= day && (until === undefined || day < until))
    .map(({ id }) => id)
    .sort();
};

/**
 * What began or ended to hold after the day of one instant, until that of another, in words; empty if nothing did. What both began
 * and ended in between is named with both days; a clause whose end is not after its begin never holds, and is not named.
 */
export const changesBetween = (clauses: ClauseDays, since: Instant, until: Instant): string[] => {
  const [first, last] = [since.slice(0, 10), until.slice(0, 10)];
  const isBetween = (day: string | undefined): boolean => day !== undefined && first < day && day <= last;
  return clauses
    .filter(({ in_force_from: from, in_force_until: end }) => end === undefined || from < end)
    .flatMap(({ id, in_force_from: from, in_force_until: end }) => [
      ...(isBetween(from) ? [`${id} began on ${from}`] : []),
      ...(isBetween(end) ? [`${id} ended on ${end}`] : []),
    ]);
};
