/** The change that a look at an endpoint leads to: what it serves since when, and what of that nobody approved. */
import type { Change, DueIntent, Write } from '../change/change.ts';
import type { Instant } from '../identifiers.ts';
import { CONFIGURATION_CHAIN, type EventDraft, fitIntoEvent } from '../ledger/event.ts';
import { endpointId, isOwned } from '../records/endpoint.ts';
import type { ServedPeriod, ServedVariant } from '../records/served-period.ts';
import { type Deviation, isDeviating, type ServingAlert, type WatchedEndpoint } from '../records/watched-endpoint.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, eventWithoutRelease, releaseEvent } from '../release/release-event.ts';
import { governing, type LookFacts } from './deviations.ts';
import type { LookedAt } from './found-serving.ts';
import { comingWithTraffic, isSameServed, isShift, variantsNow } from './served-variants.ts';

export type EndpointLook = {
  readonly facts: LookFacts;
  /** Undefined while an act of Assay is under way: the last judgement stands. */
  readonly judged: readonly Deviation[] | undefined;
  /** What the last change found, and its period that is open. */
  readonly row: WatchedEndpoint | undefined;
  readonly period: ServedPeriod | undefined;
  /** The release that the row named: what it found is about that one. */
  readonly former: Release | undefined;
};

/** Records what has changed since the last look; undefined if nothing has. */
export const recordLook = (look: EndpointLook): Change | undefined => {
  const { facts, judged, row } = look;
  const deviations = judged ?? row?.deviations ?? [];
  const periods = periodsAfter(look, deviations);
  const isJudgedOtherwise = JSON.stringify(deviations) !== JSON.stringify(row?.deviations ?? []);
  if (!isJudgedOtherwise && periods === undefined) return undefined;
  const about = aboutOf(look);
  const after = rowAfter(look, deviations, periods, about);
  const isOver = isJudgedOtherwise && !isDeviating(after);
  return {
    model: about?.modelName ?? CONFIGURATION_CHAIN,
    event: eventOf(look, { after, about, isJudgedOtherwise, isOver }),
    writes: [{ kind: row === undefined ? 'create' : 'replace', entity: after }, ...(periods?.writes ?? [])],
    intents: isJudgedOtherwise ? intentsOf(after, isOver, facts) : [],
  };
};

/** The release that what was found is about: in production there, being promoted there, or in production when it was found. */
const aboutOf = ({ facts, former }: EndpointLook): Release | undefined => {
  const { approved, behind = [], owner } = facts;
  const deployed = behind.find(({ release }) => release !== undefined && release.modelName === owner?.modelName);
  return approved?.release ?? deployed?.release ?? former;
};

type Periods = { readonly since: Instant | undefined; readonly writes: readonly Write[] };

/** Undefined if the endpoint serves the same as before, as far as can be said now. */
const periodsAfter = (look: EndpointLook, deviations: readonly Deviation[]): Periods | undefined => {
  const { facts, row, period } = look;
  const { found, owner, now } = facts;
  const isOfModel = (owner !== undefined && isOwned(owner)) || governing(facts) !== undefined;
  const isKept = isOfModel || deviations.length > 0;
  if (found === undefined || !isKept) {
    return period === undefined ? undefined : { since: undefined, writes: [closed(period, now)] };
  }
  if (!isTold(found, period)) return undefined;
  const variants = variantsNow(found, look);
  if (period !== undefined && isSameServed(period, found.serves, variants)) return undefined;
  const from = laterOf(changedAt(found), period?.from, now);
  const opened: ServedPeriod = {
    entity: 'served_period',
    version: 0,
    endpointId: endpointId(facts.endpointName),
    endpointName: row?.endpointName ?? facts.endpointName,
    from,
    modelName: owner?.modelName ?? '',
    endpointConfigName: found.serves,
    variants,
  };
  return {
    since: from,
    writes: [...(period === undefined ? [] : [closed(period, from)]), { kind: 'create', entity: opened }],
  };
};

/**
 * Whether SageMaker says what answers. Of one that is broken it does not; of one that is being changed, only while another fleet gets
 * traffic, and when that was taken back.
 */
const isTold = (found: LookedAt, period: ServedPeriod | undefined): boolean => {
  if (found.condition !== 'under_way') return found.condition === 'in_service';
  const isTakenBack = found.coming !== undefined && period !== undefined && isShift(period);
  return comingWithTraffic(found).length > 0 || isTakenBack;
};

/** When what answers changed, by the word of SageMaker: the last stage of what gets traffic, or the last modification. */
const changedAt = (found: LookedAt): Instant =>
  comingWithTraffic(found)
    .flatMap(({ stageSince }) => stageSince ?? [])
    .toSorted()
    .at(-1) ?? found.modifiedAt;

const closed = (period: ServedPeriod, to: Instant): Write => ({ kind: 'replace', entity: { ...period, to } });

/** A modification that was seen already is not the one that led to this: then only the look says when. */
const laterOf = (modifiedAt: Instant, former: Instant | undefined, now: Instant): Instant =>
  modifiedAt <= now && (former === undefined || modifiedAt > former) ? modifiedAt : now;

const rowAfter = (
  { facts, row }: EndpointLook,
  deviations: readonly Deviation[],
  periods: Periods | undefined,
  about: Release | undefined,
): WatchedEndpoint => {
  const { endpointName, owner, now } = facts;
  const { servesSince: before, deviatesSince, quarantine, ...rest } = row ?? {};
  const since = periods === undefined ? before : periods.since;
  return {
    ...rest,
    entity: 'watched_endpoint',
    version: row?.version ?? 0,
    endpointId: endpointId(endpointName),
    endpointName,
    modelName: owner?.modelName ?? about?.modelName ?? '',
    releaseId: about?.releaseId ?? '',
    ...(since === undefined ? {} : { servesSince: since }),
    deviations: [...deviations],
    ...(deviations.length === 0 ? {} : { deviatesSince: deviatesSince ?? now }),
    ...(deviations.length === 0 || quarantine === undefined ? {} : { quarantine }),
    changedAt: now,
  };
};

type Told = {
  readonly after: WatchedEndpoint;
  readonly about: Release | undefined;
  readonly isJudgedOtherwise: boolean;
  readonly isOver: boolean;
};

const eventOf = (look: EndpointLook, { after, about, isJudgedOtherwise, isOver }: Told): EventDraft => {
  const { facts, row } = look;
  const { found, endpointName } = facts;
  const said = {
    idempotency_key: `watch:${after.endpointId}:${after.version}:${facts.now}`,
    reason: after.deviations[0]?.explanation ?? '',
    details: {
      endpoint: endpointName,
      endpoint_config: found?.serves ?? 'none',
      heads_for: found?.headsFor ?? 'none',
      serves_since: after.servesSince ?? '',
      variants: found === undefined ? [] : fitIntoEvent(variantsNow(found, look).map(variantInEvent)),
      deviations_total: after.deviations.length,
      deviations: fitIntoEvent(after.deviations.map(({ kind, alert, explanation }) => ({ kind, alert, explanation }))),
      ...(isOver ? { deviated_since: row?.deviatesSince ?? '' } : {}),
    },
  };
  if (about === undefined) {
    const event_type = isDeviating(after) ? 'ungoverned_endpoint_found' : 'ungoverned_endpoint_ended';
    return eventWithoutRelease(ASSAY, { ...said, event_type, model_name: after.modelName });
  }
  const found_or_ended = isOver ? 'serving_deviation_ended' : 'serving_deviation_found';
  return releaseEvent(about, ASSAY, { ...said, event_type: isJudgedOtherwise ? found_or_ended : 'serving_changed' });
};

const variantInEvent = ({ variantName, weight, releaseId, modelVersion, ...shift }: ServedVariant) => ({
  variant: variantName,
  weight,
  release_id: releaseId,
  model_version: modelVersion,
  ...shiftInEvent(shift),
});

const shiftInEvent = ({ endpointConfigName, instances, stage, stageMessage }: Partial<ServedVariant>) => ({
  ...(endpointConfigName !== undefined && { endpoint_config: endpointConfigName }),
  ...(instances !== undefined && { instances }),
  ...(stage !== undefined && { stage }),
  ...(stageMessage !== undefined && { stage_message: stageMessage }),
});

/** Domain events, by which people and machines hear of it; those of an alert have its name. */
const ALERTED: Readonly<Record<ServingAlert, string>> = {
  ModelMissingGovernanceRecord: 'Model Missing Governance Record',
  GovernanceRecordMismatch: 'Governance Record Mismatch',
};
/** Rows hold any word: another version may know other alerts. */
const detailTypeOf: ReadonlyMap<string, string> = new Map(Object.entries(ALERTED));

const intentsOf = (after: WatchedEndpoint, isOver: boolean, { now }: LookFacts): DueIntent[] => {
  const alerts = [...new Set(after.deviations.map(({ alert }) => alert))].flatMap(
    (alert) => detailTypeOf.get(alert) ?? [],
  );
  const detail = JSON.stringify({
    endpointName: after.endpointName,
    modelName: after.modelName,
    releaseId: after.releaseId,
    kinds: after.deviations.map(({ kind }) => kind),
    foundAt: now,
  });
  return [isOver ? 'Serving Deviation Ended' : 'Serving Deviation Found', ...alerts].map((detailType) => ({
    intent: { kind: 'publish_event' as const, detailType, detail },
  }));
};
