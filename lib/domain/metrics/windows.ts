/** What a monitoring system would compute from counters: shares, windows and medians. CloudWatch gets them computed. */
import type { Instant } from '../identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../instant.ts';
import { type EventCounts, TRAINING_BOUNDS } from './event-counts.ts';

type Window = { readonly runs: number; readonly passed: number; readonly failed: Readonly<Record<string, number>> };

/** The counts of the last so many days, that of the instant among them: a window moves on by whole days of UTC. */
export const lastDays = ({ days }: EventCounts, now: Instant, length: number): Window => {
  const first = plusMilliseconds(now, -(length - 1) * DAY_MS).slice(0, 10);
  const within = Object.entries(days).filter(([day]) => day >= first);
  const failed: Record<string, number> = {};
  for (const [, day] of within) {
    for (const [stage, more] of Object.entries(day.failed)) failed[stage] = (failed[stage] ?? 0) + more;
  }
  const sum = (of: 'runs' | 'passed') => within.reduce((total, [, day]) => total + day[of], 0);
  return { runs: sum('runs'), passed: sum('passed'), failed };
};

/** The share of runs that passed; undefined without a run. */
export const passRatio = ({ runs, passed }: Window): number | undefined => (runs === 0 ? undefined : passed / runs);

/**
 * The median time from training to production over all tiers, as `histogram_quantile` estimates it: evenly within the bucket
 * that it falls into. Undefined without a promotion.
 */
export const medianTraining = ({ trainingToProduction }: EventCounts): number | undefined => {
  const all = Object.values(trainingToProduction);
  const half = all.reduce((total, { count }) => total + count, 0) / 2;
  if (half === 0) return undefined;
  let below = 0;
  let lower = 0;
  for (const bound of TRAINING_BOUNDS) {
    const within = all.reduce((total, { buckets }) => total + (buckets[bound] ?? 0), 0);
    if (within > 0 && below + within >= half) return lower + (bound - lower) * ((half - below) / within);
    below += within;
    lower = bound;
  }
  return lower;
};
