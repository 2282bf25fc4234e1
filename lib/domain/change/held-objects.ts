/** Which objects of the locked buckets belong to a model. */
import type { AuditEvent } from '../ledger/event.ts';
import { eventKey } from '../ledger/event.ts';
import type { Release } from '../release/release.ts';

/** An object, or with a key that ends in `/` all below it, in one of the locked buckets. */
export type KeptPlace = { readonly in: 'audit' | 'evidence' | 'copies'; readonly key: string };

const KEPT_COPY = /^s3:\/\/[^/]+\/(sha256\/[0-9a-f]{64})$/;

/**
 * Where all that is kept of a model lies: its events, records, attestations, evidence, and the copies that it is served from.
 * Bundles and checkpoints are of all models, and kept as long as anything.
 */
export const placesOf = (
  modelName: string,
  releases: readonly Release[],
  events: readonly Pick<AuditEvent, 'model' | 'seq' | 'timestamp'>[],
): KeptPlace[] => [
  ...events.map((event) => ({ in: 'audit' as const, key: eventKey(event) })),
  ...['records', 'attestations'].map((folder) => ({ in: 'evidence' as const, key: `${folder}/${modelName}/` })),
  ...releases
    .filter((release) => release.modelName === modelName)
    .flatMap(({ pinned, serving }): KeptPlace[] => [
      ...Object.values(pinned?.evidence ?? {}).map(({ sha256 }) => ({
        in: 'evidence' as const,
        key: `sha256/${sha256}`,
      })),
      ...[serving?.model_data, ...(serving?.additional_model_data ?? [])].flatMap((data) => {
        const key = KEPT_COPY.exec(data?.locked_copy_uri ?? '')?.[1];
        return key === undefined ? [] : [{ in: 'copies' as const, key }];
      }),
    ]),
];

const nameOf = (place: KeptPlace): string => `${place.in} ${place.key}`;

/** The places without those that are held for another reason too: evidence of the same bytes belongs to several models. */
export const withoutHeld = (places: readonly KeptPlace[], held: readonly KeptPlace[]): KeptPlace[] => {
  const names = new Set(held.map(nameOf));
  return places.filter((place) => !names.has(nameOf(place)));
};
