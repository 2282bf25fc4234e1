/** Which objects of the locked buckets belong to a model. */
import { bundlesOf, eventDate } from '../ledger/bundle.ts';
import type { AuditEvent } from '../ledger/event.ts';
import { eventKey } from '../ledger/event.ts';
import { copyKey } from '../release/evidence-copy.ts';
import type { Release } from '../release/release.ts';

/** An object, or with a key that ends in `/` all below it, in one of the locked buckets. */
export type KeptPlace = { readonly in: 'audit' | 'evidence' | 'copies'; readonly key: string };

const KEPT_COPY = /^s3:\/\/[^/]+\/(sha256\/[0-9a-f]{64})$/;

/**
 * Where all that is kept of a model lies: its events, the bundles and rows of the days that have any, its records, attestations,
 * evidence, and the copies that it is served from. A day may be one of several models.
 */
export const placesOf = (
  modelName: string,
  releases: readonly Release[],
  events: readonly Pick<AuditEvent, 'model' | 'seq' | 'timestamp'>[],
): KeptPlace[] => [
  ...events.map((event) => ({ in: 'audit' as const, key: eventKey(event) })),
  ...[...new Set(events.map(eventDate))].flatMap(bundlesOf).map((key) => ({ in: 'audit' as const, key })),
  ...['records', 'attestations'].map((folder) => ({ in: 'evidence' as const, key: `${folder}/${modelName}/` })),
  ...releases
    .filter((release) => release.modelName === modelName)
    .flatMap(({ pinned, serving }): KeptPlace[] => [
      ...Object.values(pinned?.evidence ?? {}).map((copy) => ({ in: 'evidence' as const, key: copyKey(copy) })),
      ...[serving?.model_data, ...(serving?.additional_model_data ?? [])].flatMap((data) => {
        const key = KEPT_COPY.exec(data?.locked_copy_uri ?? '')?.[1];
        return key === undefined ? [] : [{ in: 'copies' as const, key }];
      }),
    ]),
];

const nameOf = (place: KeptPlace): string => `${place.in} ${place.key}`;

/** The places, each once, without those that are held for another reason too: a day and evidence of the same bytes belong to several models. */
export const withoutHeld = (places: readonly KeptPlace[], held: readonly KeptPlace[]): KeptPlace[] => {
  const names = new Set(held.map(nameOf));
  return eachOnce(places).filter((place) => !names.has(nameOf(place)));
};

export const eachOnce = (places: readonly KeptPlace[]): KeptPlace[] => [
  ...new Map(places.map((place) => [nameOf(place), place])).values(),
];
