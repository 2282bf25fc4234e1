import type { Instant } from '../identifiers.ts';
import type { Head, SealedEvent } from '../ledger/chain.ts';
import type { Endpoint } from '../records/endpoint.ts';
import type { IntakeRefusal } from '../records/intake.ts';
import type { WatchedEndpoint } from '../records/watched-endpoint.ts';
import type { Release } from '../release/release.ts';
import type { Change } from './change.ts';
import type { Entities, EntityName, IdOf, ListedName, OwnerOf } from './kinds.ts';

export interface ReleaseStore {
  /** The record of a kind under its key: `get('rollback', rollbackId)`. */
  get<N extends EntityName>(name: N, ...id: IdOf<N>): Promise<Entities[N] | undefined>;
  /** All records of a kind that belong to one owner: `list('check', releaseId)`. */
  list<N extends ListedName>(name: N, ...owner: OwnerOf<N>): Promise<Entities[N][]>;
  releases(): Promise<Release[]>;
  /** The releases that are in production, one of each model that serves. */
  releasesInProduction(): Promise<Release[]>;
  /** Every endpoint that belongs, or belonged, to a model. */
  endpoints(): Promise<Endpoint[]>;
  /** Every endpoint that was last found to serve something else than people approved. */
  deviatingEndpoints(): Promise<WatchedEndpoint[]>;
  /** The releases that were registered with a package, those that have ended among them. The index may be a moment late. */
  releasesOfPackage(modelPackageArn: string): Promise<Release[]>;
  refusals(): Promise<IntakeRefusal[]>;
  /** The stored bytes of one event, for shipping. */
  event(model: string, seq: number): Promise<SealedEvent | undefined>;
  /** The line of rows that the change of an event wrote. Undefined if a version that recorded none committed it. */
  recorded(model: string, seq: number): Promise<Uint8Array | undefined>;
  /** The events of a model in order, for its timeline. */
  events(model: string): Promise<SealedEvent[]>;
  /** The end of a chain as it is now: read while something else takes its time, it saves the commit a call. */
  head(model: string): Promise<Head>;
  /**
   * Appends the event of the change to its chain and makes its writes, all or nothing. Throws `Conflict` if an entity
   * has changed since it was read. If only the chain has grown meanwhile, the store reads the new head and tries again; so it does with
   * a head that was foreseen, and is not the end of the chain any more.
   */
  commit(change: Change, now: Instant, foreseen?: Promise<Head> | undefined): Promise<SealedEvent>;
}
