/** In which ways what an endpoint serves is not what people approved. */
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf } from '../instant.ts';
import { madeReadable } from '../readable.ts';
import { type Endpoint, endpointId, isOwned } from '../records/endpoint.ts';
import type { EndpointMove } from '../records/endpoint-move.ts';
import type { Pointer, ServingPointer } from '../records/pointer.ts';
import { isUnderWay, mayWait, NOTHING, type Rollback } from '../records/rollback.ts';
import type { Deviation, ServingAlert } from '../records/watched-endpoint.ts';
import type { Reason, Release } from '../release/release.ts';
import { imageReasons } from './departures.ts';
import type { KnownBehind, LookedAt } from './found-serving.ts';
import { isGivenUp } from './record-restoration.ts';
import { mayServeUnpromoted, strategyMsAt } from './restoration.ts';
import { servingProblem } from './serving-problem.ts';
import { servesFrom } from './strange-endpoint.ts';

/** What was approved to serve from the endpoint, compared with what is there now. */
export type Approved = {
  readonly release: Release;
  /** Every member in which the configuration differs; undefined if it is not there any more. */
  readonly different: readonly string[] | undefined;
  /** Why package, objects and copies are not what people approved. */
  readonly departures: readonly Reason[];
  /** Why the governance record does not hold; empty if it does. */
  readonly recordProblems: readonly string[];
};

export type LookFacts = {
  readonly endpointName: string;
  /** Undefined if there is none. */
  readonly found: LookedAt | undefined;
  readonly owner: Endpoint | undefined;
  /** Of the model that owns the endpoint. */
  readonly pointer: Pointer | undefined;
  readonly rollback: Rollback | undefined;
  readonly move: EndpointMove | undefined;
  /** Undefined unless the pointer says that the model serves from this endpoint. */
  readonly approved: Approved | undefined;
  /** What the configuration loads that it serves, or heads for; undefined where that is the one of the pointer. */
  readonly behind: readonly KnownBehind[] | undefined;
  /** Whether an endpoint that belongs to no model is watched, whatever it serves. */
  readonly isWatched: boolean;
  /** The buckets that releases may come from. */
  readonly modelBuckets: readonly string[];
  readonly now: Instant;
};

/**
 * Every deviation that a look has found; empty if there is none. `undefined`: an act of Assay is under way, or a change of the
 * endpoint has not ended, so the last judgement stands until a later look.
 */
export const deviationsOf = (facts: LookFacts): readonly Deviation[] | undefined =>
  governing(facts) === undefined ? elsewhere(facts) : governed(facts);

/** The pointer, if the model serves from this endpoint by its word. */
export const governing = ({
  pointer,
  endpointName,
}: Pick<LookFacts, 'pointer' | 'endpointName'>): ServingPointer | undefined =>
  pointer !== undefined && servesFrom(pointer, endpointName) ? (pointer as ServingPointer) : undefined;

const governed = (facts: LookFacts): readonly Deviation[] | undefined => {
  const { found, rollback, approved, endpointName } = facts;
  const pointer = governing(facts);
  if (pointer === undefined || approved === undefined) return undefined;
  if (found === undefined) {
    const isBeingDeleted = isUnderWay(rollback) && rollback.toReleaseId === NOTHING;
    return isBeingDeleted
      ? undefined
      : [deviation('endpoint_gone', '', `endpoint ${endpointName} is not there any more`)];
  }
  const wanted = pointer.endpointConfigName;
  if (isOrdered(found.headsFor, facts)) return undefined;
  if (found.headsFor !== wanted) {
    return [otherThan(pointer, found.headsFor, facts), ...recordDeviations(pointer, approved)];
  }
  if (found.condition === 'under_way') return undefined;
  if (found.condition === 'broken') {
    return [deviation('endpoint_broken', '', `endpoint ${endpointName} is not in service`)];
  }
  return [...recordDeviations(pointer, approved), ...contentDeviations(approved, found)];
};

/**
 * Whether a record stands behind what is in production: without one that holds, or where pointer and release contradict each
 * other, nothing says that people approved it.
 */
export const recordDeviations = (pointer: ServingPointer, { release, recordProblems }: Approved): Deviation[] => {
  const forged = servingProblem(pointer, release);
  const { releaseId, recordSha256 } = release;
  return [
    ...(forged === undefined ? [] : [deviation('pointer_differs', 'GovernanceRecordMismatch', forged)]),
    ...(recordSha256 === undefined
      ? [deviation('record_missing', 'ModelMissingGovernanceRecord', `${releaseId} has no governance record`)]
      : recordProblems.map((problem) =>
          deviation('record_differs', 'GovernanceRecordMismatch', `the record of ${releaseId}: ${problem}`),
        )),
  ];
};

const contentDeviations = ({ release, different, departures }: Approved, found: LookedAt): Deviation[] => {
  const images = imageReasons(
    release,
    found.variants.flatMap((variant) => variant.images),
  );
  return [
    ...(different === undefined ? [mismatch('configuration_missing', `${found.serves} is not there any more`)] : []),
    ...(different === undefined || different.length === 0
      ? []
      : [mismatch('configuration_differs', `${found.serves} differs in ${different.join(', ')}`)]),
    ...[...images, ...departures].map(({ rule, explanation }) =>
      mismatch(KIND_OF_RULE[rule] ?? 'package_differs', explanation),
    ),
    ...weightDeviations(found),
  ];
};

/** The kinds of deviation, by the rules of the reasons for which nothing would be deployed. */
const KIND_OF_RULE: Readonly<Record<string, string>> = {
  image: 'image_differs',
  image_unknown: 'image_unknown',
  artifact_version: 'artifact_overwritten',
  artifact_unread: 'artifact_unread',
  locked_copy: 'copy_missing',
};

/** A release serves from one variant, which has all of the traffic. */
const weightDeviations = ({ variants }: LookedAt): Deviation[] => {
  const told = variants.map(({ variantName, weight }) => `${variantName} ${weight}`).join(', ');
  const [only, ...others] = variants;
  if (others.length === 0 && only !== undefined && only.weight > 0) return [];
  const kind = others.length > 0 ? 'further_variants' : 'weights_differ';
  return [mismatch(kind, `one variant has all traffic, but these are served: ${told || 'none'}`)];
};

/**
 * Whether Assay ordered a configuration, for an act that has not ended: a promotion before its flip, a rollback, or what
 * restores the endpoint after either. None of them may last.
 */
const isOrdered = (name: string, facts: LookFacts): boolean => {
  const { behind = [], rollback, now } = facts;
  const isOfRollback =
    rollback?.endpointConfigName === name &&
    rollback.givenUpAt === undefined &&
    rollback.status !== 'executed' &&
    mayWait(rollback, 'execution', now);
  return isOfRollback || behind.some(({ release }) => isBeingPromoted(release, name, facts));
};

/** A deployment ends within two hours, and a restoration within one; or the later by what a strategy may take. */
const PROMOTION_MS = 3 * HOUR_MS;

const isBeingPromoted = (release: Release | undefined, name: string, { found, owner, now }: LookFacts): boolean =>
  release !== undefined &&
  release.endpointConfigName === name &&
  release.modelName === owner?.modelName &&
  mayServeUnpromoted(release) &&
  !isGivenUp(release) &&
  millisecondsOf(now) - millisecondsOf(release.updatedAt) < PROMOTION_MS + strategyMsAt(found, release);

/** An endpoint that no pointer names: of a model that has nothing in production there, or of nobody. */
const elsewhere = (facts: LookFacts): readonly Deviation[] | undefined => {
  const { found, owner, behind = [], endpointName } = facts;
  if (found === undefined) return [];
  const isOfModel = owner !== undefined && isOwned(owner);
  if (isOfModel && (isOrdered(found.headsFor, facts) || isMovedBy(facts))) return undefined;
  if (!isOfModel && !isInScope(facts)) return [];
  const whose = isOfModel ? `${endpointName} of ${owner.modelName}` : endpointName;
  return [strange(`${whose} serves ${found.headsFor}`, behind)];
};

/** Whether a move creates the endpoint, or deletes it. */
const isMovedBy = ({ move, endpointName }: LookFacts): boolean =>
  move !== undefined &&
  move.settledAt === undefined &&
  [move.fromEndpointName, move.toEndpointName].some((name) => endpointId(name) === endpointId(endpointName));

/** Whether anybody has to hear of an endpoint of nobody: it is watched, or it loads what releases are made of. */
const isInScope = ({ isWatched, behind = [], modelBuckets }: LookFacts): boolean =>
  isWatched ||
  behind.some(({ ofPackage, buckets }) => ofPackage.length > 0 || buckets.some((name) => modelBuckets.includes(name)));

const otherThan = (pointer: ServingPointer, name: string, { behind = [], endpointName }: LookFacts): Deviation => {
  const { releaseId, endpointConfigName: wanted } = pointer;
  const told = `${endpointName} serves ${name}, but ${wanted} of ${releaseId} is in production`;
  const other = behind.find(({ release }) => release?.modelName === pointer.modelName)?.release;
  return other === undefined
    ? strange(told, behind)
    : mismatch('other_release', `${told}; it is that of ${other.releaseId}, which is ${other.state}`);
};

/** What serves is none of Assay's configurations. What it is made of says how far it is from being governed. */
const strange = (told: string, behind: readonly KnownBehind[]): Deviation => {
  const packages = [...new Set(behind.flatMap((variant) => variant.packages))];
  const releases = [...new Set(behind.flatMap(({ ofPackage }) => ofPackage.map(({ releaseId }) => releaseId)))];
  const isUnregistered = behind.length === 0 || behind.some((variant) => variant.packages.length === 0);
  if (isUnregistered) return missing('unregistered_model', `${told}, with a model that no package names`);
  if (behind.some(({ ofPackage }) => ofPackage.length === 0)) {
    return missing('unreleased_package', `${told}, made from ${packages.join(', ')}, which no release has`);
  }
  return mismatch('other_configuration', `${told}, made from the package of ${releases.join(', ')} past Assay`);
};

const deviation = (kind: string, alert: ServingAlert | '', explanation: string): Deviation => ({
  kind,
  alert,
  explanation: madeReadable(cut(explanation, 1024)),
});
const mismatch = (kind: string, explanation: string): Deviation =>
  deviation(kind, 'GovernanceRecordMismatch', explanation);
const missing = (kind: string, explanation: string): Deviation =>
  deviation(kind, 'ModelMissingGovernanceRecord', explanation);
