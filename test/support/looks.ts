/** What a sweep finds, and what is kept of it. */
import { ServedPeriod } from '../../lib/domain/records/served-period.ts';
import { type Deviation, WatchedEndpoint } from '../../lib/domain/records/watched-endpoint.ts';
import type { LookFacts } from '../../lib/domain/serving/deviations.ts';
import type { KnownBehind, LookedAt } from '../../lib/domain/serving/found-serving.ts';
import { aServing, NOW } from './approval-case.ts';
import { anEndpoint, aPointer, inProduction, MODEL } from './release-life.ts';

export const A_DEVIATION: Deviation = {
  kind: 'other_release',
  alert: 'GovernanceRecordMismatch',
  explanation: 'mortgage serves another release',
};

export const aWatchedEndpoint = (changes: Partial<WatchedEndpoint> = {}): WatchedEndpoint =>
  WatchedEndpoint.parse({
    entity: 'watched_endpoint',
    version: 1,
    endpointId: 'mortgage',
    endpointName: 'mortgage',
    modelName: MODEL,
    releaseId: inProduction.releaseId,
    servesSince: NOW,
    deviations: [],
    changedAt: NOW,
    ...changes,
  });

export const aPeriod = (changes: Partial<ServedPeriod> = {}): ServedPeriod =>
  ServedPeriod.parse({
    entity: 'served_period',
    version: 1,
    endpointId: 'mortgage',
    endpointName: 'mortgage',
    from: NOW,
    modelName: MODEL,
    endpointConfigName: aPointer().endpointConfigName,
    variants: [{ variantName: 'AllTraffic', weight: '1', releaseId: inProduction.releaseId, modelVersion: '1.2.0' }],
    ...changes,
  });

/** The image that people approved, as the endpoint runs it. */
export const IMAGE = aServing().image;

export const aLook = (changes: Partial<LookedAt> = {}): LookedAt => {
  const serves = changes.serves ?? aPointer().endpointConfigName;
  return {
    serves,
    headsFor: serves,
    condition: 'in_service',
    createdAt: NOW,
    modifiedAt: NOW,
    variants: [{ variantName: 'AllTraffic', weight: 1, images: [IMAGE] }],
    ...changes,
  };
};

export const behindOf = (changes: Partial<KnownBehind> = {}): KnownBehind => ({
  variantName: 'AllTraffic',
  packages: [],
  taggedRelease: undefined,
  buckets: [],
  release: undefined,
  ofPackage: [],
  ...changes,
});

export const released = { ...inProduction, serving: aServing() };

/** An endpoint that serves exactly what is in production. */
export const asApproved = (changes: Partial<LookFacts> = {}): LookFacts => ({
  endpointName: 'mortgage',
  found: aLook(),
  owner: anEndpoint(),
  pointer: aPointer(),
  rollback: undefined,
  move: undefined,
  approved: { release: released, different: [], departures: [], recordProblems: [] },
  behind: undefined,
  isWatched: false,
  modelBuckets: ['models'],
  now: NOW,
  ...changes,
});
