/** What is done about an endpoint that serves what nobody approved there, as the policy says. */
import type { Change, DueIntent } from '../change/change.ts';
import { published } from '../change/published.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf } from '../instant.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import type { ServingPointer } from '../records/pointer.ts';
import { hasExecution } from '../records/rollback.ts';
import type { Deviation, Quarantine, WatchedEndpoint } from '../records/watched-endpoint.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { differenceReasons } from './departures.ts';
import { type Approved, governing, type LookFacts, recordDeviations } from './deviations.ts';
import type { KnownBehind } from './found-serving.ts';

export type QuarantineStep =
  /** `none`: there is nothing to do, or to do again. `wait`: the endpoint accepts no change now. */
  | { readonly act: 'none' | 'wait' }
  /** `isOrdered`: it was ordered before, and is on record. */
  | { readonly act: QuarantineAct; readonly isOrdered: boolean }
  /** A person has to act. */
  | { readonly act: 'give_up'; readonly of: QuarantineAct; readonly why: string };

export type QuarantineAct = 'switch_back' | 'take_down';

type Found = {
  readonly facts: LookFacts;
  readonly judged: readonly Deviation[] | undefined;
  readonly row: WatchedEndpoint | undefined;
  /** What the policy says that the release in production pinned; `tell` if nothing. */
  readonly rule: string;
};

/**
 * What says that something else than people approved serves, or will. Any other kind says that it cannot be shown to be what
 * people approved: a record, a copy or an answer is not there or was not read, or a package that no deployed model reads has
 * changed. That is told, and must not be enough to take a model away.
 */
const SERVES_OTHER: readonly string[] = [
  'unregistered_model',
  'unreleased_package',
  'other_configuration',
  'other_release',
  'configuration_differs',
  'image_differs',
  'further_variants',
  'artifact_overwritten',
];

/** Where pointer and release do not agree, one of the two was forged, which must not be enough to change what serves. */
const CONTRADICTION = 'pointer_differs';

/** An update takes minutes, and so does a deletion. One that comes to nothing is ordered again within this time. */
const PATIENCE_MS = 3 * HOUR_MS;

/**
 * Establishes the next step. Only what a pointer names is ever touched, and only while it serves a configuration that the
 * pointer does not name or, where it is to be taken down, something else under the name that it does.
 */
export const quarantineStep = ({ facts, judged, row, rule }: Found): QuarantineStep => {
  const { found, approved } = facts;
  const pointer = governing(facts);
  const kinds = judged?.map(({ kind }) => kind) ?? [];
  const isFound = kinds.some((kind) => SERVES_OTHER.includes(kind)) && !kinds.includes(CONTRADICTION);
  if (!isFound || pointer === undefined || found === undefined || approved === undefined) return { act: 'none' };
  const { quarantine } = row ?? {};
  const isSame = quarantine?.endpointConfigName === found.headsFor && quarantine.act === rule;
  const earlier = isSame ? quarantine : undefined;
  if (earlier?.status === 'given_up') return { act: 'none' };
  if (rule === 'take_down') return takingDown(facts, earlier);
  return rule === 'switch_back' ? switchingBack(facts, pointer, approved, earlier) : { act: 'none' };
};

/**
 * The rollback that deletes the endpoint may be refused, or come to nothing: it is asked for again until patience ends. While the
 * endpoint is changed, nobody can delete it, and an update that rolls itself back leaves nothing to be deleted.
 */
const takingDown = (facts: LookFacts, earlier: Quarantine | undefined): QuarantineStep => {
  const { found, rollback, now, endpointName } = facts;
  if (found?.condition === 'under_way' || hasExecution(rollback, now)) return { act: 'wait' };
  return isLate(earlier, now)
    ? { act: 'give_up', of: 'take_down', why: `${endpointName} could not be deleted within three hours` }
    : { act: 'take_down', isOrdered: earlier !== undefined };
};

const switchingBack = (
  facts: LookFacts,
  pointer: ServingPointer,
  approved: Approved,
  earlier: Quarantine | undefined,
): QuarantineStep => {
  if (facts.found?.headsFor === pointer.endpointConfigName) return { act: 'none' };
  if (facts.found?.condition === 'under_way') return { act: 'wait' };
  const why = impossible(facts, pointer, approved, earlier);
  return why === undefined
    ? { act: 'switch_back', isOrdered: earlier !== undefined }
    : { act: 'give_up', of: 'switch_back', why: cut(why, 1024) };
};

const isLate = (earlier: Quarantine | undefined, now: Instant): boolean =>
  earlier !== undefined && millisecondsOf(now) - millisecondsOf(earlier.orderedAt) >= PATIENCE_MS;

/** Why the configuration in production is not ordered: the way back obeys the rules of a deployment. */
const impossible = (
  { found, now, endpointName }: LookFacts,
  pointer: ServingPointer,
  approved: Approved,
  earlier: Quarantine | undefined,
): string | undefined => {
  if (found?.condition === 'broken') return `${endpointName} is broken under ${found.serves}`;
  if (isLate(earlier, now)) return `${endpointName} could not be changed within three hours`;
  const { different, departures } = approved;
  const differences = differenceReasons(pointer.endpointConfigName, different);
  const why = [...recordDeviations(pointer, approved), ...departures, ...differences].map(
    ({ explanation }) => explanation,
  );
  return why.length === 0 ? undefined : why.join('; ');
};

type Ordering = {
  readonly facts: LookFacts;
  readonly row: WatchedEndpoint;
  readonly pointer: ServingPointer;
  readonly release: Release;
};

/**
 * Records that the endpoint is put into quarantine, before anything is ordered. The pointer is written again, so that a
 * promotion that was judged before this does not flip it. What was found is to be checked, if anything describes it.
 */
export const recordQuarantine = (act: QuarantineAct, ordering: Ordering): Change => {
  const { facts, pointer, release } = ordering;
  const checks = checksOf(facts.behind ?? []);
  return {
    model: release.modelName,
    event: releaseEvent(release, ASSAY, {
      event_type: 'endpoint_quarantined',
      idempotency_key: keyOf(ordering, act),
      reason: ordering.row.deviations[0]?.explanation ?? '',
      details: {
        act,
        ...servedInEvent(ordering),
        checks: checks.told,
      },
    }),
    writes: [
      { kind: 'replace', entity: pointer },
      { kind: 'expect', entity: release },
      { kind: 'replace', entity: withQuarantine(ordering, act, 'ordered') },
    ],
    intents: [published('Endpoint Quarantined', release), ...checks.intents],
  };
};

/** Records that the order came to nothing, and why. The endpoint goes on serving what was found. */
export const recordGivenUp = (act: QuarantineAct, why: string, ordering: Ordering): Change => ({
  model: ordering.release.modelName,
  event: releaseEvent(ordering.release, ASSAY, {
    event_type: 'endpoint_not_restored',
    idempotency_key: keyOf(ordering, 'given_up'),
    reason: why,
    details: { act, ...servedInEvent(ordering) },
  }),
  writes: [
    { kind: 'expect', entity: ordering.pointer },
    { kind: 'expect', entity: ordering.release },
    { kind: 'replace', entity: withQuarantine(ordering, act, 'given_up') },
  ],
  intents: [published('Endpoint Not Restored', ordering.release)],
});

const keyOf = ({ row }: Ordering, what: string): string => `watch:${row.endpointId}:${row.version}:${what}`;

const servedInEvent = ({ facts: { found }, pointer }: Ordering) => ({
  endpoint: pointer.endpointName,
  endpoint_config: pointer.endpointConfigName,
  serves: found?.serves ?? 'none',
  heads_for: found?.headsFor ?? 'none',
});

const withQuarantine = ({ facts, row }: Ordering, act: string, status: string): WatchedEndpoint => ({
  ...row,
  quarantine: { act, status, endpointConfigName: facts.found?.headsFor ?? '', orderedAt: facts.now },
  changedAt: facts.now,
});

type Checks = {
  readonly told: { readonly of: string; readonly are: string }[];
  readonly intents: readonly DueIntent[];
};

/** What was found goes through the gate like anything else, or not at all: a package describes it, or nothing does. */
const checksOf = (behind: readonly KnownBehind[]): Checks => {
  const packages = new Map(behind.flatMap(({ packages: arns, ofPackage }) => arns.map((arn) => [arn, ofPackage])));
  const unreleased = [...packages].flatMap(([arn, releases]) => (releases.length === 0 ? [arn] : []));
  const told = [...packages].map(([arn, releases]) => ({
    of: arn,
    are: releases.map(({ releaseId, state }) => `${releaseId} ${state}`).join(', ') || 'requested',
  }));
  return {
    told: told.length === 0 ? [{ of: '', are: 'impossible: no package describes what was found' }] : fitIntoEvent(told),
    intents: unreleased.map((modelPackageArn) => ({
      intent: {
        kind: 'publish_event' as const,
        detailType: 'Unreleased Package Found',
        detail: JSON.stringify({ modelPackageArn }),
      },
    })),
  };
};
