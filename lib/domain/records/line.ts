import * as z from 'zod';
import { Instant, ModelName } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/** The scope of the line of all models. No model can be called so. */
export const ALL_MODELS = '_all' as const;
export const LineScope = z.union([z.literal(ALL_MODELS), ModelName]);
export type LineScope = z.infer<typeof LineScope>;

/** Who stopped the line for an incident, or lifted that, and why. */
const LineAct = stored({
  by: z.string().min(1).max(2048),
  at: Instant,
  reason: z.string().min(1).max(1024),
  linkedIncident: z.string().min(1).max(256),
});
export type LineAct = z.infer<typeof LineAct>;

/** For how many incidents at a time a line can be stopped: the row is read by every step of every promotion. */
export const STOPS_MAX = 16;

/**
 * Whether anything goes to production: of all models, or of one. Operators stop the line at once, each for an incident, and it runs
 * again when the stops of all incidents were lifted.
 */
export const Line = stored({
  entity: z.literal('line'),
  version: z.int().min(0),
  scope: LineScope,
  status: Word,
  /** The last act. Absent if there was none. */
  changed: LineAct.optional(),
  /** What it is stopped for, one for each incident, the first stop first. A version that knew one incident at a time wrote none. */
  stops: z.array(LineAct).optional(),
});
export type Line = z.infer<typeof Line>;
export const lineKind = defineKind(Line, { partition: 'LINE', of: ['scope'], sort: 'LINE' });

/** A line that nobody has stopped yet: there is no row of it, and a judgement holds that there is none. */
export const neverStopped = (scope: LineScope): Line => ({ entity: 'line', version: 0, scope, status: 'running' });

/** Whether nothing of its scope may be promoted. A status that only another version knows does not let anything pass. */
export const isStopped = ({ status }: Line): boolean => status !== 'running';

/** The stops that nobody has lifted: none while it runs, and of a line that an earlier version stopped, that one. */
export const stopsOf = (line: Line): readonly LineAct[] => {
  if (!isStopped(line)) return [];
  return line.stops ?? (line.changed === undefined ? [] : [line.changed]);
};

/** Why nothing of its scope is promoted now: each stop that nobody has lifted. */
export const stoppedReasons = (line: Line): string[] => {
  const what = line.scope === ALL_MODELS ? 'the line of all models' : `the line of ${line.scope}`;
  const stops = stopsOf(line).map(
    ({ by, at, reason, linkedIncident }) => `${what} is stopped since ${at} by ${by} (${linkedIncident}): ${reason}`,
  );
  return stops.length > 0 || !isStopped(line) ? stops : [`${what} is stopped`];
};
