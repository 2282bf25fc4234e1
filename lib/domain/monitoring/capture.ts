/** What endpoints in production were asked and answered, by reference: SageMaker captures it, and nobody here reads it. */

import { inTurns } from '../by-turns.ts';
import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import { endpointId } from '../records/endpoint.ts';
import type { Observation } from '../records/observation.ts';
import type { ServedPeriod } from '../records/served-period.ts';
import type { InProduction } from '../release/in-production.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { takeObservation } from './activity.ts';

/** What lies in a folder: how many objects, and the digest of their list with sizes and ETags. */
export type Captured = {
  readonly objects: number;
  readonly bytes: number;
  readonly sha256: Sha256;
  /** Whether that is all of them. */
  readonly isWhole: boolean;
};
/** Lists a folder; undefined if these rights do not reach there. */
export type ListCaptured = (folder: string) => Promise<Captured | undefined>;

/** SageMaker writes what it has captured within minutes. */
const WRITTEN_AFTER_MS = HOUR_MS / 2;
/** Each look is an hour after the last, and five may fail before an hour is missed. */
const HOURS_BACK = 6;
/** What is left over is looked at an hour later, and models take turns. */
const HOURS_AT_ONCE = 500;

/** The first instants of the hours that are looked at: captures are written by hours. */
export const hoursBefore = (now: Instant): Instant[] => {
  const last = Math.floor((millisecondsOf(now) - WRITTEN_AFTER_MS) / HOUR_MS) * HOUR_MS - millisecondsOf(now);
  return Array.from({ length: HOURS_BACK }, (_, index) => plusMilliseconds(now, last - (index + 1) * HOUR_MS));
};

export type Hour = { readonly release: InProduction; readonly from: Instant };

/** The hours that are looked at, of each release in production whose endpoint captures anything. */
export const capturedHours = (inProduction: readonly InProduction[], now: Instant): Hour[] =>
  inTurns(
    inProduction
      .filter(({ serving }) => serving?.data_capture !== undefined)
      .flatMap((release) => hoursBefore(now).map((from) => ({ release, from }))),
    { attributeOf: ({ release }) => release.modelName, isFirst: () => false },
  ).slice(0, HOURS_AT_ONCE);

/**
 * `known`: the hour is on record. `not_served`: nobody has found what the endpoint served then. `nothing`: there is no object, which can
 * change until the hour is looked at no more. `unseen`: these rights do not reach where it is captured.
 */
export type CaptureOutcome = 'recorded' | 'known' | 'not_served' | 'nothing' | 'unseen' | 'too_many';

type World = {
  readonly store: Pick<ReleaseStore, 'get' | 'list' | 'commit'>;
  readonly list: ListCaptured;
  readonly now: () => Instant;
};

/** Afterwards it is on the chain of the model, once, where the captures of an hour lie, how many they are, and which release answered. */
export const recordHour = (
  { release: { releaseId, modelName }, from }: Hour,
  { store, list, now }: World,
): Promise<CaptureOutcome> =>
  untilCommitted(async () => {
    const [release, pointer] = await Promise.all([store.get('release', releaseId), store.get('pointer', modelName)]);
    const capture = release?.serving?.data_capture;
    if (release === undefined || capture === undefined || pointer?.releaseId !== releaseId) return 'not_served';
    const { endpointName } = pointer;
    const { destination_s3_uri: destination, sampling_percentage: sampling } = capture;
    const root = `${destination.replace(/\/+$/, '')}/${endpointName}`;
    const at = plusMilliseconds(from, HOUR_MS);
    const seen = { modelName, kind: 'inference_hour', arn: root, status: 'captured', at };
    const taken = await takeObservation(seen, store, now());
    if (typeof taken === 'string') return taken;
    const periods = await store.list('served_period', endpointId(endpointName));
    const served = periods.filter((period) => period.from < at && (period.to === undefined || period.to > from));
    if (served.length === 0) return 'not_served';
    const variants = await variantsOf({ root, from, served }, list);
    if (variants === undefined) return 'unseen';
    if (variants.length === 0) return 'nothing';
    const change = changeOf({ release, from, at, endpointName, sampling, variants, taken });
    await store.commit(expecting(change, release, pointer, ...served), now());
    return 'recorded';
  });

type Variant = {
  readonly variant: string;
  readonly folder: string;
  readonly captured: Captured;
  readonly releases: readonly { readonly release_id: string; readonly model_version: string }[];
};

type Served = { readonly root: string; readonly from: Instant; readonly served: readonly ServedPeriod[] };

/** The variants of which anything was captured; undefined if that cannot be seen. */
const variantsOf = async ({ root, from, served }: Served, list: ListCaptured): Promise<Variant[] | undefined> => {
  const variants: Variant[] = [];
  for (const variant of new Set(served.flatMap((period) => period.variants.map((one) => one.variantName)))) {
    const folder = `${root}/${variant}/${folderOf(from)}/`;
    const captured = await list(folder);
    if (captured === undefined) return undefined;
    if (captured.objects > 0) variants.push({ variant, folder, captured, releases: releasesOf(variant, served) });
  }
  return variants;
};

/** `2026/11/28/10`, as SageMaker names the folder of an hour. */
const folderOf = (from: Instant): string => from.slice(0, 13).replace('T', '/').replaceAll('-', '/');

/** The releases that answered as a variant: two, where one took the place of the other within the hour. */
const releasesOf = (variant: string, served: readonly ServedPeriod[]): Variant['releases'] => {
  const all = served
    .flatMap(({ variants }) => variants)
    .filter(({ variantName }) => variantName === variant)
    .map(({ releaseId, modelVersion }) => [releaseId, { release_id: releaseId, model_version: modelVersion }] as const);
  return [...new Map(all).values()];
};

type Facts = Pick<Hour, 'from'> & {
  readonly release: Release;
  readonly at: Instant;
  readonly endpointName: string;
  readonly sampling: number;
  readonly variants: readonly Variant[];
  readonly taken: Observation;
};

const changeOf = ({ release, from, at, endpointName, sampling, variants, taken }: Facts): Change => ({
  model: release.modelName,
  event: releaseEvent(release, ASSAY, {
    event_type: 'inference_recorded',
    idempotency_key: `observed:${taken.observationId}`,
    details: {
      endpoint: endpointName,
      from,
      to: at,
      sampling_percentage: sampling,
      variants_total: variants.length,
      variants: fitIntoEvent(
        variants.map(({ variant, folder, captured: { objects, bytes, sha256, isWhole }, releases }) => ({
          ...{ variant, releases: [...releases], folder, objects, bytes, list_sha256: sha256, is_whole: isWhole },
        })),
      ),
    },
  }),
  writes: [{ kind: 'create', entity: taken }],
  intents: [],
});
