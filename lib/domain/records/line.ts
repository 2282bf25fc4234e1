import * as z from 'zod';
import { Instant, ModelName } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/** The scope of the line of all models. No model can be called so. */
export const ALL_MODELS = '_all' as const;
export const LineScope = z.union([z.literal(ALL_MODELS), ModelName]);
export type LineScope = z.infer<typeof LineScope>;

/** Whether anything goes to production: of all models, or of one. Operators stop the line at once, and start it again. */
export const Line = stored({
  entity: z.literal('line'),
  version: z.int().min(0),
  scope: LineScope,
  status: Word,
  /** Who stopped or started it last. Absent if nobody has. */
  changed: stored({
    by: z.string().min(1).max(2048),
    at: Instant,
    reason: z.string().min(1).max(1024),
    linkedIncident: z.string().min(1).max(256),
  }).optional(),
});
export type Line = z.infer<typeof Line>;
export const lineKind = defineKind(Line, { partition: 'LINE', of: ['scope'], sort: 'LINE' });

/** A line that nobody has stopped yet: there is no row of it, and a judgement holds that there is none. */
export const neverStopped = (scope: LineScope): Line => ({ entity: 'line', version: 0, scope, status: 'running' });

/** Whether nothing of its scope may be promoted. A status that only another version knows does not let anything pass. */
export const isStopped = ({ status }: Line): boolean => status !== 'running';

/** Why nothing of its scope is promoted now. */
export const stoppedReason = ({ scope, changed }: Line): string => {
  const what = scope === ALL_MODELS ? 'the line of all models' : `the line of ${scope}`;
  const who =
    changed === undefined ? '' : ` since ${changed.at} by ${changed.by} (${changed.linkedIncident}): ${changed.reason}`;
  return `${what} is stopped${who}`;
};
