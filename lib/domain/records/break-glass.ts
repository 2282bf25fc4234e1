import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';

const act = { by: z.string().min(1).max(2048), at: Instant, reason: z.string().min(1).max(1024) };
const Act = stored(act);

/** How long the account of what was done may be: it stands in an event. */
export const ACCOUNT_MAX = 4000;

/**
 * What lets one release past freeze windows and a stopped line for a limited time. One for each model: the last. What it opens, and
 * whether it does, follows from its acts and a clock: there is no status that somebody could set.
 */
export const BreakGlass = stored({
  entity: z.literal('break_glass'),
  version: z.int().min(0),
  modelName: ModelName,
  /** Which break-glass of the model it is: the first is 1. */
  number: z.int().min(1),
  releaseId: ReleaseId,
  /** The one environment and endpoint that it is about. */
  environment: z.string().min(1).max(64),
  endpointName: z.string().min(1).max(63),
  linkedIncident: z.string().min(1).max(256),
  requested: Act,
  /** Until when a second person may confirm it; this moment does not belong to it. */
  confirmBy: Instant,
  /** For how long it opens anything once it is confirmed, and how long people have to document it once it was used. */
  openHours: z.int().min(1),
  documentDays: z.int().min(1),
  /** Who confirmed it, and until when it is open since. */
  confirmed: stored({ ...act, until: Instant }).optional(),
  /** When the gate first let the release pass by it, in which attempt last, and until when that is to be documented. */
  used: stored({ at: Instant, attempt: z.int().min(1), documentBy: Instant }).optional(),
  ended: Act.optional(),
  documented: stored({ by: act.by, at: Instant, account: z.string().min(1).max(ACCOUNT_MAX) }).optional(),
});
export type BreakGlass = z.infer<typeof BreakGlass>;
export const breakGlassKind = defineKind(BreakGlass, {
  partition: 'BREAKGLASS',
  of: ['modelName'],
  sort: 'BREAKGLASS',
});

/** Whether it was used, and nobody has documented that yet. */
export const isOwed = ({ used, documented }: BreakGlass): boolean => used !== undefined && documented === undefined;

/** Whether anybody may have to see it, at whatever instant: one that is documented, or was ended before any use, is history. */
export const isUnsettled = ({ used, ended, documented }: BreakGlass): boolean =>
  documented === undefined && (used !== undefined || ended === undefined);

export type BreakGlassStatus = 'requested' | 'lapsed' | 'open' | 'over' | 'documented';

/** What it is at an instant: over once its time has passed or somebody has ended it, whether or not it was used. */
export const breakGlassStatus = (row: BreakGlass, now: Instant): BreakGlassStatus => {
  if (row.documented !== undefined) return 'documented';
  if (row.ended !== undefined) return 'over';
  if (row.confirmed === undefined) return now < row.confirmBy ? 'requested' : 'lapsed';
  return now < row.confirmed.until ? 'open' : 'over';
};
