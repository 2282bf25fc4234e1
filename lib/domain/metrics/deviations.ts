/** What the sweep of the endpoints has found, in the words of metrics. */
import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf } from '../instant.ts';
import { sha256 } from '../signing/canonical-json.ts';
import { stored } from '../stored.ts';
import type { ServedFacts } from './served-facts.ts';

/** An endpoint that was found to serve what was not approved. */
export const FoundDeviation = stored({
  endpointName: z.string(),
  /** Empty if it belongs to none. */
  modelName: z.string(),
  /** The names of the alerts that this raises. */
  alerts: z.array(z.string()),
  /** What was found, in words. */
  found: z.string(),
});
export type FoundDeviation = z.infer<typeof FoundDeviation>;

/** What a sweep has found; absent if there was none yet. */
export const Sweep = stored({
  /** When all endpoints were listed last: those that do not wait have been looked at since. Absent if that is not known. */
  sweptAt: Instant.optional(),
  /** The endpoints that are still to be looked at, or to be looked at again. */
  waiting: z.array(z.string()).default([]),
  deviations: z.array(FoundDeviation),
});
export type Sweep = z.infer<typeof Sweep>;

/** All endpoints are looked at once an hour. What serves now is not known by a sweep that is older than two. */
const SWEEP_MAX_MS = 2 * HOUR_MS;

/** A model as metrics show it, with the digest of what its endpoint was found to serve. */
export type Compared = ServedFacts & {
  /** Whether its endpoint is there and in service, as far as anybody has found. */
  readonly isServing: boolean;
  readonly deployedSha256?: string;
};

/**
 * What serves, compared with what was found of it; and what was found to serve besides. An endpoint without a deviation serves
 * what was approved, if somebody has looked: of one that waits for a look, nobody knows what it serves.
 */
export const withDeviations = (
  serving: readonly ServedFacts[],
  { sweptAt, waiting, deviations }: Sweep,
  now: Instant,
): Compared[] => {
  const isSwept = sweptAt !== undefined && millisecondsOf(now) - millisecondsOf(sweptAt) <= SWEEP_MAX_MS;
  const found = new Map(deviations.map((one) => [one.endpointName.toLowerCase(), one]));
  const unseen = new Set(waiting.map((name) => name.toLowerCase()));
  const names = new Set(serving.map(({ endpointName }) => endpointName.toLowerCase()));
  return [
    ...serving.map((facts) => {
      const name = facts.endpointName.toLowerCase();
      return compared(facts, found.get(name), isSwept && !unseen.has(name));
    }),
    ...[...found].filter(([name, one]) => isAlarming(one) && !names.has(name)).map(([, one]) => unapproved(one)),
  ];
};

const compared = (facts: ServedFacts, deviation: FoundDeviation | undefined, isLookedAt: boolean): Compared => {
  if (deviation !== undefined) {
    return { ...facts, isServing: isAlarming(deviation), ...whatIsFound(deviation, facts) };
  }
  const { governedSha256 } = facts;
  const asApproved = isLookedAt && governedSha256 !== undefined ? { deployedSha256: governedSha256 } : {};
  return { ...facts, isServing: true, ...asApproved };
};

/** Without an alert nothing unapproved serves, but what was approved does not either: the endpoint is gone or broken. */
const isAlarming = ({ alerts }: FoundDeviation): boolean => alerts.length > 0;

/** Nobody can hash what a container has loaded: what was found instead of what was approved has a digest of its words. */
const whatIsFound = ({ alerts, found }: FoundDeviation, { hasRecord }: Pick<ServedFacts, 'hasRecord'>) => ({
  hasRecord: hasRecord && !alerts.includes('ModelMissingGovernanceRecord'),
  ...(alerts.includes('GovernanceRecordMismatch') && { deployedSha256: sha256(found) }),
});

/** Nothing was approved to serve there. */
const unapproved = (deviation: FoundDeviation): Compared => ({
  modelName: deviation.modelName,
  endpointName: deviation.endpointName,
  isServing: true,
  releaseId: '',
  releaseVersion: 0,
  governedSha256: '0'.repeat(64),
  isSuspended: false,
  isShown: false,
  requiredStages: 0,
  completedStages: 0,
  ...whatIsFound(deviation, { hasRecord: true }),
});
