/** What the sweep of the endpoints has found, in the words of metrics. */
import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf } from '../instant.ts';
import { sha256 } from '../signing/canonical-json.ts';
import { stored } from '../stored.ts';
import type { ServedFacts } from './served-facts.ts';

/** An endpoint that was found to serve what was not approved. */
export const Deviation = stored({
  endpointName: z.string(),
  /** Empty if it belongs to none. */
  modelName: z.string(),
  /** The names of the alerts that this raises. */
  alerts: z.array(z.string()),
  /** What was found, in words. */
  found: z.string(),
});
export type Deviation = z.infer<typeof Deviation>;

/** What a sweep has found; absent if there was none yet. */
export const Sweep = stored({
  /** When all endpoints were looked at last. */
  sweptAt: Instant.optional(),
  deviations: z.array(Deviation),
});
export type Sweep = z.infer<typeof Sweep>;

/** All endpoints are looked at once an hour. What serves now is not known by a sweep that is older than two. */
const SWEEP_MAX_MS = 2 * HOUR_MS;

/** A model as metrics show it, with the digest of what its endpoint was found to serve. */
export type Compared = ServedFacts & { readonly deployedSha256?: string };

/**
 * What serves, compared with what was found of it; and what was found to serve besides. An endpoint without a deviation serves
 * what was approved, if somebody has looked.
 */
export const withDeviations = (
  serving: readonly ServedFacts[],
  { sweptAt, deviations }: Sweep,
  now: Instant,
): Compared[] => {
  const isSwept = sweptAt !== undefined && millisecondsOf(now) - millisecondsOf(sweptAt) <= SWEEP_MAX_MS;
  const alarming = deviations.filter(({ alerts }) => alerts.length > 0);
  const found = new Map(alarming.map((one) => [one.endpointName.toLowerCase(), one]));
  const names = new Set(serving.map(({ endpointName }) => endpointName.toLowerCase()));
  return [
    ...serving.map((facts) => compared(facts, found.get(facts.endpointName.toLowerCase()), isSwept)),
    ...[...found].filter(([name]) => !names.has(name)).map(([, one]) => unapproved(one)),
  ];
};

const compared = (facts: ServedFacts, deviation: Deviation | undefined, isSwept: boolean): Compared => {
  if (deviation !== undefined) return { ...facts, ...whatIsFound(deviation, facts) };
  const { governedSha256 } = facts;
  return isSwept && governedSha256 !== undefined ? { ...facts, deployedSha256: governedSha256 } : facts;
};

/** Nobody can hash what a container has loaded: what was found instead of what was approved has a digest of its words. */
const whatIsFound = ({ alerts, found }: Deviation, { hasRecord }: Pick<ServedFacts, 'hasRecord'>) => ({
  hasRecord: hasRecord && !alerts.includes('ModelMissingGovernanceRecord'),
  ...(alerts.includes('GovernanceRecordMismatch') && { deployedSha256: sha256(found) }),
});

/** Nothing was approved to serve there. */
const unapproved = (deviation: Deviation): Compared => ({
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
