import * as z from 'zod';
import { Instant, ModelName } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/** The alerts that a deviation can raise, by the names of requirements, of alarms and of lib/domain/metrics. */
export type ServingAlert = 'ModelMissingGovernanceRecord' | 'GovernanceRecordMismatch';

/** One way in which what an endpoint serves is not what people approved. */
export const Deviation = stored({
  kind: Word,
  /** A `ServingAlert`; empty where nothing unapproved serves, but what was approved does not either. */
  alert: z.string(),
  explanation: z.string().max(1024),
});
export type Deviation = z.infer<typeof Deviation>;

/** What was ordered because of a deviation. It is about one configuration: another one is another quarantine. */
export const Quarantine = stored({
  /** `switch_back` or `take_down`. */
  act: Word,
  /** `ordered` or `given_up`. */
  status: Word,
  /** The configuration that was found. */
  endpointConfigName: z.string(),
  orderedAt: Instant,
});
export type Quarantine = z.infer<typeof Quarantine>;

/**
 * What an endpoint was last found to serve, and every way in which that is not what people approved. It is written when
 * either changes, and not by every look.
 */
export const WatchedEndpoint = stored({
  entity: z.literal('watched_endpoint'),
  version: z.int().min(0),
  endpointId: z.string().min(1).max(63),
  endpointName: z.string().min(1).max(63),
  /** The model that it belongs to, and what was in production there; empty if nothing was. */
  modelName: ModelName.or(z.literal('')),
  releaseId: z.string(),
  /** The first instant of the period that is open; absent while it serves nothing. */
  servesSince: Instant.optional(),
  deviations: z.array(Deviation),
  /** Absent without a deviation. */
  deviatesSince: Instant.optional(),
  quarantine: Quarantine.optional(),
  changedAt: Instant,
});
export type WatchedEndpoint = z.infer<typeof WatchedEndpoint>;
export const watchedEndpointKind = defineKind(WatchedEndpoint, {
  partition: 'WATCH',
  of: ['endpointId'],
  sort: 'STATE',
});

/** Whether it serves something else than people approved, as far as the last look found. */
export const isDeviating = ({ deviations }: Pick<WatchedEndpoint, 'deviations'>): boolean => deviations.length > 0;
