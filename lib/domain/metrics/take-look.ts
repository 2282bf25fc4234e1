/** Looks at everything that metrics are about. Its cost follows what has changed and what waits, and once an hour what serves. */
import type { Instant } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { BreakGlass } from '../records/break-glass.ts';
import { packageId } from '../records/package-holder.ts';
import type { PeriodicReview } from '../records/periodic-review.ts';
import type { Pointer } from '../records/pointer.ts';
import type { Release } from '../release/release.ts';
import { type CountedRequests, errorRatios } from './error-ratio.ts';
import type { EventCounts } from './event-counts.ts';
import type { Look, OwedAccount } from './look.ts';
import type { MonitoredFacts } from './monitored-facts.ts';
import type { OpenDeviations } from './open-deviations.ts';
import { type ServedFacts, servedFacts } from './served-facts.ts';

export interface Fleet {
  lastLook(): Promise<Look | undefined>;
  counts(): Promise<EventCounts | undefined>;
  /** The releases in production: all, or those that were changed at or after an instant. */
  inProduction(since: Instant | undefined): Promise<Release[]>;
  /** The ids of the releases that left production at or after an instant, and of more that did. */
  leftProduction(since: Instant): Promise<string[]>;
  /** What belongs to a release in production. */
  around(release: Release): Promise<{
    readonly pointer: Pointer | undefined;
    readonly policy: PolicyRecord | undefined;
    readonly review: PeriodicReview | undefined;
    readonly breakGlass: BreakGlass | undefined;
    readonly attested: readonly string[];
    readonly deviations: OpenDeviations;
    readonly isRevoked: boolean;
  }>;
  /** Whom the card of a release names as who answers for the model, empty for nobody; undefined if it cannot be read. */
  ownerOf(release: Release): Promise<string | undefined>;
  /** What people owe of break-glasses that were used. */
  owed(): Promise<OwedAccount[]>;
  pending(): Promise<Look['pending']>;
  parked(): Promise<Look['parked']>;
  /** Since when the side effect is due that is due longest; undefined if none is. */
  oldestDueAt(now: Instant): Promise<Instant | undefined>;
  deadLetters(): Promise<number>;
  /** What endpoints were found to serve that was not approved. */
  sweep(): Promise<Look['sweep']>;
  /** What monitors last found of each model that has any. */
  monitored(): Promise<MonitoredFacts[]>;
  /** What was counted of the requests to endpoints within the last minutes. */
  requests(endpointNames: readonly string[], now: Instant): Promise<CountedRequests[]>;
  /** The packages that the registry shows as what serves. */
  inRegistry(): Promise<readonly string[]>;
}

/** The index may be a moment late, and releases are dated by other clocks than ours. */
const OVERLAP_MS = 120_000;

/** How soon all is read again while the registry differs: six times an hour at most, however much serves. */
const AGAIN_MS = 600_000;

export const takeLook = async (fleet: Fleet, now: Instant): Promise<Look> => {
  const last = await fleet.lastLook();
  const isWhole = last === undefined || millisecondsOf(now) - millisecondsOf(last.wholeAt) >= wholeEvery(last);
  const [serving, sweep, monitored, owed, counts, pending, parked, oldestDueAt, deadLetters] = await Promise.all([
    isWhole ? servingNow(fleet) : servingSince(last, fleet),
    fleet.sweep(),
    fleet.monitored(),
    fleet.owed(),
    fleet.counts(),
    fleet.pending(),
    fleet.parked(),
    fleet.oldestDueAt(now),
    fleet.deadLetters(),
  ]);
  const names = serving.map(({ endpointName }) => endpointName);
  const errors = errorRatios(await fleet.requests(names, now));
  const registry = isWhole || differs(last) ? await askRegistry(serving, fleet) : last.registry;
  return {
    at: now,
    wholeAt: isWhole ? now : last.wholeAt,
    serving,
    sweep,
    monitored,
    errors,
    owed,
    pending,
    ...(counts && { counts }),
    parked,
    ...(oldestDueAt && { oldestDueAt }),
    deadLetters,
    ...(registry && { registry }),
  };
};

/**
 * What is revoked leaves its release as it is, so a look at what has changed does not see it, while the registry has it. Before that counts
 * as a difference of the two, all is read again. What a former version kept does not say which package a release has.
 */
const wholeEvery = (last: Look): number => {
  if (last.registry !== undefined && last.registry.differing === undefined) return 0;
  return differs(last) ? AGAIN_MS : HOUR_MS;
};

/** The registry is written to a little later than the table. So what differs is compared again with the next look, and not an hour later. */
const differs = ({ registry }: Look): boolean => registry !== undefined && registry.differing !== 0;

/** Package by package: one that is missing and one that is too many leave their number as it was. What has no package is shown by none. */
const askRegistry = async (serving: readonly ServedFacts[], fleet: Fleet) => {
  const shown = serving.filter(({ isShown }) => isShown);
  const inTable = shown.map(({ releaseId, packageId: id = releaseId }) => id);
  const inRegistry = (await fleet.inRegistry()).map(packageId);
  const differing = without(inTable, inRegistry).size + without(inRegistry, inTable).size;
  return { inTable: inTable.length, inRegistry: inRegistry.length, differing };
};

/** Each once: former versions let two releases have one package. */
const without = (all: readonly string[], others: readonly string[]): Set<string> => {
  const left = new Set(all);
  for (const one of others) left.delete(one);
  return left;
};

const servingNow = async (fleet: Fleet): Promise<ServedFacts[]> => factsOf(await fleet.inProduction(undefined), fleet);

/** What the last look found, with what has changed since. */
const servingSince = async (last: Look, fleet: Fleet): Promise<ServedFacts[]> => {
  const since = plusMilliseconds(last.at, -OVERLAP_MS);
  const [changed, left] = await Promise.all([fleet.inProduction(since), fleet.leftProduction(since)]);
  const renewed = await factsOf(changed, fleet);
  const gone = new Set([...left, ...renewed.map(({ releaseId }) => releaseId)]);
  return [...last.serving.filter(({ releaseId }) => !gone.has(releaseId)), ...renewed];
};

const factsOf = (releases: readonly Release[], fleet: Fleet): Promise<ServedFacts[]> =>
  Promise.all(
    releases.map(async (release) => {
      const [around, owner] = await Promise.all([fleet.around(release), fleet.ownerOf(release)]);
      return servedFacts({ release, ...around, owner });
    }),
  );
