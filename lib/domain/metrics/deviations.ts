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
  /** When all endpoints were listed last: those that do not wait have been looked at since. */
  sweptAt: Instant.optional(),
  /** The endpoints that are still to be looked at, or to be looked at again. */
  waiting: z.array(z.string()).default([]),
  deviations: z.array(FoundDeviation),
});
export type Sweep = z.infer<typeof Sweep>;

/** All endpoints are looked at once an hour. What serves now is not known by a sweep that is older than two. */
const SWEEP_MAX_MS = 2 * HOUR_MS;

/** A model as metrics show it, with the digest of what its endpoint was found to serve. */
export type Compared = ServedFacts & { readonly deployedSha256?: string };

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
  const alarming = deviations.filter(({ alerts }) => alerts.length > 0);
  const found = new Map(alarming.map((one) => [one.endpointName.toLowerCase(), one]));
  const unseen = new Set(waiting.map((name) => name.toLowerCase()));
  const names = new Set(serving.map(({ endpointName }) => endpointName.toLowerCase()));
  return [
    ...serving.map((facts) => {
      const name = facts.endpointName.toLowerCase();
      return compared(facts, found.get(name), isSwept && !unseen.has(name));
    }),
    ...[...found].filter(([name]) => !names.has(name)).map(([, one]) => unapproved(one)),
  ];
};

const compared = (facts: ServedFacts, deviation: FoundDeviation | undefined, isLookedAt: boolean): Compared => {
  if (deviation !== undefined) return { ...facts, ...whatIsFound(deviation, facts) };
  const { governedSha256 } = facts;
  return isLookedAt && governedSha256 !== undefined ? { ...facts, deployedSha256: governedSha256 } : facts;
};

/** Nobody can hash what a container has loaded: what was found instead of what was approved has a digest of its words. */
const whatIsFound = ({ alerts, found }: FoundDeviation, { hasRecord }: Pick<ServedFacts, 'hasRecord'>) => ({
  hasRecord: hasRecord && !alerts.includes('ModelMissingGovernanceRecord'),
  ...(alerts.includes('GovernanceRecordMismatch') && { deployedSha256: sha256(found) }),
});

/** Nothing was approved to serve there. */
const unapproved = (deviation: FoundDeviation): Compared => ({
  modelName: deviation.modelName,
  endpointName: deviation.endpointName,
  releaseId: '',
  releaseVersion: 0,
  governedSha256: '0'.repeat(64),
  isSuspended: false,
  isShown: false,
  requiredStages: 0,
  completedStages: 0,
  ...whatIsFound(deviation, { hasRecord: true }),
});
