import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/** What one monitor last found. */
const LastReport = stored({
  /** Absent in what a former version kept: then it is the key of the report. */
  kind: Word.optional(),
  executionArn: z.string().min(1).max(2048),
  at: Instant,
  violations: z.int().min(0),
  isBreach: z.boolean(),
});

const Count = z.int().min(0);

/** What the looks for drift found so far: enough to make the next one. */
export const DriftState = stored({
  /** How far looks have come. */
  until: Instant,
  /** What was counted on each day of the window on which somebody looked. */
  days: z.array(stored({ day: z.iso.date(), rows: Count, hits: Count })),
  /** All of their rows were answered before this; absent in what a former version kept. */
  countedUntil: Instant.optional(),
  isDrifting: z.boolean(),
});
export type DriftState = z.infer<typeof DriftState>;

/** What was found so bad that the policy takes the release back. */
export const SignificantBreach = stored({
  executionArn: z.string().min(1).max(2048),
  /** The first instant of what was measured: a finding about another release takes this one back no more. */
  measuredFrom: Instant,
  reason: z.string().min(1).max(1024),
});

/** What monitors last found of what a model serves. It begins again with each release. */
export const Monitored = stored({
  entity: z.literal('monitored'),
  version: z.int().min(0),
  modelName: ModelName,
  releaseId: ReleaseId,
  endpointName: z.string().min(1).max(63),
  /** By kind and schedule: two monitors of one kind find different things. */
  reports: z.record(Word, LastReport),
  /** Decimals: what was measured in production last, and the least that was allowed then. */
  accuracy: stored({ at: Instant, value: z.string(), minimum: z.string().optional() }).optional(),
  drift: DriftState.optional(),
  breach: SignificantBreach.optional(),
  changedAt: Instant,
});
export type Monitored = z.infer<typeof Monitored>;
export const monitoredKind = defineKind(Monitored, { partition: 'MONITOR', of: ['modelName'], sort: 'STATE' });

/** What monitors last found that is drift: of data, of groups, of what counts. What the quality of a model violates is none. */
export const driftingReports = ({ reports }: Pick<Monitored, 'reports'>) =>
  Object.entries(reports).flatMap(([key, report]) =>
    report.isBreach && (report.kind ?? key) !== 'model_quality' ? [report] : [],
  );
