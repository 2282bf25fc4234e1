/** What is done about an endpoint that serves what nobody approved there, as the policy says. */
import type { Change, DueIntent } from '../change/change.ts';
import { published } from '../change/published.ts';
import { cut } from '../cut.ts';
import { HOUR_MS, millisecondsOf } from '../instant.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import type { ServingPointer } from '../records/pointer.ts';
import type { Deviation, Quarantine, WatchedEndpoint } from '../records/watched-endpoint.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { differenceReasons } from './departures.ts';
import { type Approved, governing, type LookFacts, recordDeviations } from './deviations.ts';
import type { KnownBehind } from './found-serving.ts';

export type QuarantineStep =
  /** `none`: there is nothing to do, or to do again. `wait`: the endpoint accepts no change now. */
  | { readonly act: 'none' | 'wait' | 'take_down' }
  /** `isOrdered`: it was ordered before, and is on record. */
  | { readonly act: 'switch_back'; readonly isOrdered: boolean }
  /** A person has to act. */
  | { readonly act: 'give_up'; readonly why: string };

type Found = {
  readonly facts: LookFacts;
  readonly judged: readonly Deviation[] | undefined;
  readonly row: WatchedEndpoint | undefined;
  /** What the policy says that the release in production pinned; `tell` if nothing. */
  readonly rule: string;
};

/** What is told and touches nothing: a package that was changed does not change what serves. */
const ONLY_TOLD: readonly string[] = ['package_differs'];

/** Where pointer and release do not agree, one of the two was forged, which must not be enough to change what serves. */
const CONTRADICTION = 'pointer_differs';

/** An update takes minutes. One that rolls itself back is ordered again within this time. */
const PATIENCE_MS = 3 * HOUR_MS;

/**
 * Establishes the next step. Only what a pointer names is ever touched, and only while it serves a configuration that the
 * pointer does not name or, where it is to be taken down, anything that the record does not say.
 */
export const quarantineStep = ({ facts, judged, row, rule }: Found): QuarantineStep => {
  const { found, approved } = facts;
  const pointer = governing(facts);
  const isFound = judged?.some(({ kind, alert }) => alert !== '' && !ONLY_TOLD.includes(kind)) === true;
  const isContradicted = judged?.some(({ kind }) => kind === CONTRADICTION) === true;
  if (!isFound || isContradicted || pointer === undefined || found === undefined || approved === undefined)
    return { act: 'none' };
  const earlier = row?.quarantine?.endpointConfigName === found.headsFor ? row.quarantine : undefined;
  if (rule === 'take_down') {
    return earlier?.act === 'take_down' ? { act: 'none' } : { act: 'take_down' };
  }
  if (rule !== 'switch_back' || found.headsFor === pointer.endpointConfigName) return { act: 'none' };
  if (earlier?.status === 'given_up') return { act: 'none' };
  if (found.condition === 'under_way') return { act: 'wait' };
  const why = impossible(facts, pointer, approved, earlier);
  return why === undefined
    ? { act: 'switch_back', isOrdered: earlier !== undefined }
    : { act: 'give_up', why: cut(why, 1024) };
};

/** Why the configuration in production is not ordered: the way back obeys the rules of a deployment. */
const impossible = (
  { found, now, endpointName }: LookFacts,
  pointer: ServingPointer,
  approved: Approved,
  earlier: Quarantine | undefined,
): string | undefined => {
  if (found?.condition === 'broken') return `${endpointName} is broken under ${found.serves}`;
  const isLate = earlier !== undefined && millisecondsOf(now) - millisecondsOf(earlier.orderedAt) >= PATIENCE_MS;
  if (isLate) return `${endpointName} could not be changed within three hours`;
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
 * Records that the endpoint is put into quarantine, before SageMaker is asked. The pointer is written again, so that a
 * promotion that was judged before this does not flip it. What was found is to be checked, if anything describes it.
 */
export const recordQuarantine = (act: 'switch_back' | 'take_down', ordering: Ordering): Change => {
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
      // A rollback that was asked for has written the pointer already.
      { kind: act === 'switch_back' ? 'replace' : 'expect', entity: pointer },
      { kind: 'expect', entity: release },
      { kind: 'replace', entity: withQuarantine(ordering, act, 'ordered') },
    ],
    intents: [published('Endpoint Quarantined', release), ...checks.intents],
  };
};

/** Records that the configuration in production could not be ordered, and why. The endpoint goes on serving what was found. */
export const recordGivenUp = (why: string, ordering: Ordering): Change => ({
  model: ordering.release.modelName,
  event: releaseEvent(ordering.release, ASSAY, {
    event_type: 'endpoint_not_restored',
    idempotency_key: keyOf(ordering, 'given_up'),
    reason: why,
    details: servedInEvent(ordering),
  }),
  writes: [
    { kind: 'expect', entity: ordering.pointer },
    { kind: 'expect', entity: ordering.release },
    { kind: 'replace', entity: withQuarantine(ordering, 'switch_back', 'given_up') },
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
