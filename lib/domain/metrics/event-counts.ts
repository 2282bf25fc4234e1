/** What metrics count over time: each event of the log once, when it gets its place there. */
import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import type { AuditEvent } from '../ledger/event.ts';
import { stored } from '../stored.ts';

/** The dashboard looks back 30 days; one more, because the first of them is not whole. */
const DAYS_KEPT = 31;

/** The upper bounds, in seconds, that times from training to production are counted under: a minute to 30 days. */
export const TRAINING_BOUNDS = [60, 300, 900, 3600, 14_400, 43_200, 86_400, 259_200, 604_800, 2_592_000] as const;

const Count = z.int().min(0);
const Counts = z.record(z.string(), Count);

const Histogram = stored({
  /** By upper bound, not cumulative; what is above all bounds is only in `count`. */
  buckets: Counts,
  count: Count,
  sum: z.number().min(0),
});
type Histogram = z.infer<typeof Histogram>;

/** The counts as stored in the table, up to the entry of the log that they have come to. */
export const EventCounts = stored({
  /** How many entries of the log are counted, or were there before counting began. */
  size: Count,
  runs: Count,
  passed: Count,
  /** Checks that did not pass, by stage. */
  failed: Counts,
  /** The same by day, for windows of the dashboard. */
  days: z.record(z.string(), stored({ runs: Count, passed: Count, failed: Counts })),
  /** By risk tier. */
  trainingToProduction: z.record(z.string(), Histogram),
  permissionsChangedAt: Instant.optional(),
  unexpectedSigningAt: Instant.optional(),
  /** When the writer of the log last met what somebody else has written in the table. */
  tamperedAt: Instant.optional(),
});
export type EventCounts = z.infer<typeof EventCounts>;
type Day = EventCounts['days'][string];

/** Where counting begins: what is in the log already is not read again. */
export const countsFrom = (size: number): EventCounts => ({
  size,
  runs: 0,
  passed: 0,
  failed: {},
  days: {},
  trainingToProduction: {},
});

/**
 * The counts with the next entries of the log, of which the first has the index `from`. Entries that are counted already change
 * nothing, so a batch that is published again after a crash counts once.
 */
export const countEntries = (before: EventCounts, from: number, entries: readonly AuditEvent[]): EventCounts => {
  const counted = entries.slice(Math.max(0, before.size - from)).reduce(countEvent, before);
  return { ...counted, size: Math.max(before.size, from + entries.length), days: keptDays(counted.days) };
};

/** What windows look back to; older days are dropped. */
const keptDays = (days: EventCounts['days']): EventCounts['days'] =>
  Object.fromEntries(Object.entries(days).sort().slice(-DAYS_KEPT));

const countEvent = (counts: EventCounts, event: AuditEvent): EventCounts => {
  if (event.event_type === 'evaluation_completed') return countRun(counts, event);
  if (event.event_type === 'stage_evaluated') return countFailures(counts, event);
  if (event.event_type === 'deployment_promoted') return countPromotion(counts, event);
  if (event.event_type === 'configuration_changed') return notePermissions(counts, event);
  if (event.event_type === 'permission_changed') return { ...counts, permissionsChangedAt: event.timestamp };
  if (event.event_type === 'unexpected_signing_found') return { ...counts, unexpectedSigningAt: event.timestamp };
  return counts;
};

const onDay = ({ days }: EventCounts, { timestamp }: AuditEvent, change: (day: Day) => Day): EventCounts['days'] => {
  const day = timestamp.slice(0, 10);
  return { ...days, [day]: change(days[day] ?? { runs: 0, passed: 0, failed: {} }) };
};

/** A release that people had been asked about and that is rejected after all was judged before: it is no run of its own. */
const Judgement = z.object({ outcome: z.enum(['allow', 'deny']), request_id: z.undefined() });

const countRun = (counts: EventCounts, event: AuditEvent): EventCounts => {
  const { data } = Judgement.safeParse({ request_id: undefined, ...event.details });
  if (data === undefined) return counts;
  const passed = data.outcome === 'allow' ? 1 : 0;
  const add = <T extends { runs: number; passed: number }>(to: T): T => ({
    ...to,
    runs: to.runs + 1,
    passed: to.passed + passed,
  });
  return { ...add(counts), days: onDay(counts, event, add) };
};

const Evaluated = z.object({
  stage: z.string(),
  checks: z.array(z.object({ mode: z.string(), status: z.string() })),
});

/** A check that is only observed has no say, so it does not fail either. */
const countFailures = (counts: EventCounts, event: AuditEvent): EventCounts => {
  const { data } = Evaluated.safeParse(event.details);
  const failures = data?.checks.filter(({ mode, status }) => mode !== 'observe' && status !== 'passed').length ?? 0;
  if (data === undefined || failures === 0) return counts;
  const { stage } = data;
  const add = <T extends { failed: Record<string, number> }>(to: T): T => ({
    ...to,
    failed: { ...to.failed, [stage]: (to.failed[stage] ?? 0) + failures },
  });
  return { ...add(counts), days: onDay(counts, event, add) };
};

const Promoted = z.object({ artifact_written_at: Instant, risk_tier: z.string() });

const countPromotion = (counts: EventCounts, { details, timestamp }: AuditEvent): EventCounts => {
  const { data } = Promoted.safeParse(details);
  if (data === undefined) return counts;
  const seconds = Math.max(0, millisecondsOf(timestamp) - millisecondsOf(data.artifact_written_at)) / 1000;
  const { [data.risk_tier]: histogram = { buckets: {}, count: 0, sum: 0 } } = counts.trainingToProduction;
  const trainingToProduction = { ...counts.trainingToProduction, [data.risk_tier]: observe(histogram, seconds) };
  return { ...counts, trainingToProduction };
};

const observe = ({ buckets, count, sum }: Histogram, seconds: number): Histogram => {
  const bound = TRAINING_BOUNDS.find((most) => seconds <= most);
  return {
    buckets: bound === undefined ? buckets : { ...buckets, [bound]: (buckets[bound] ?? 0) + 1 },
    count: count + 1,
    sum: sum + seconds,
  };
};

/** The first directory of a deployment changes nobody's permissions. */
const Changed = z
  .object({ approvers_sha256: z.string(), approvers_sha256_before: z.string().min(1) })
  .refine(({ approvers_sha256: after, approvers_sha256_before: before }) => after !== before);

const notePermissions = (counts: EventCounts, { details, timestamp }: AuditEvent): EventCounts =>
  Changed.safeParse(details).success ? { ...counts, permissionsChangedAt: timestamp } : counts;
