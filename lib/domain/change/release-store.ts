import type { Instant } from '../identifiers.ts';
import type { Head, SealedEvent } from '../ledger/chain.ts';
import type { IntakeRefusal } from '../records/intake.ts';
import type { LegalHold } from '../records/legal-hold.ts';
import type { AllInProduction } from '../release/in-production.ts';
import type { Release } from '../release/release.ts';
import type { Change } from './change.ts';
import type { Entities, EntityName, IdOf, ListedName, OwnerOf } from './kinds.ts';
import type {
  Listed,
  ListPlace,
  OfRelease,
  PageAsked,
  PageOf,
  RecordFilter,
  ReleaseFilter,
  ReleasePage,
  ReleasePlace,
} from './page.ts';

/**
 * The kinds of which there is a list of all: refusals, the latest first; models that are held and lines that are stopped, the longest
 * first; every endpoint that belongs, or belonged, to a model; and those that were last found to serve something else than people approved.
 */
export type PagedName = 'refusal' | 'hold' | 'line' | 'endpoint' | 'watched_endpoint' | 'break_glass';

/** Which legal holds a list has: those in force, of one model if it is named, and with those that were lifted at or after an instant. */
export type LegalHoldFilter = { readonly model?: string | undefined; readonly liftedSince?: Instant | undefined };

export interface ReleaseStore {
  /** The record of a kind under its key: `get('rollback', rollbackId)`. */
  get<N extends EntityName>(name: N, ...id: IdOf<N>): Promise<Entities[N] | undefined>;
  /** All records of a kind that belong to one owner: `list('check', releaseId)`. */
  list<N extends ListedName>(name: N, ...owner: OwnerOf<N>): Promise<Entities[N][]>;
  /** A page of releases as lists show them, of all models or of one, in the order of their last change. */
  releasePage(filter: ReleaseFilter, page: PageAsked<ReleasePlace>): Promise<ReleasePage>;
  /**
   * A page of everything of a kind. Holds are those that are not released, and lines those that are stopped. A period is that in which
   * a request was refused, or since when something is held or stopped; endpoints are in the order of their ids, and have none.
   */
  page<N extends PagedName>(
    name: N,
    page: PageAsked<ListPlace> & RecordFilter,
  ): Promise<PageOf<Entities[N], ListPlace>>;
  /** A page of the models that have a chain, in the order of their names; `after` is the last name of the page before. */
  models(page: PageAsked<string>): Promise<PageOf<string, string>>;
  /** A page of legal holds in the order of their models and matters, which are their places (`at`, `id`). */
  legalHolds(filter: LegalHoldFilter, page: PageAsked<ListPlace>): Promise<PageOf<LegalHold, ListPlace>>;
  /** What is in production, one of each model that serves, in a tenth of the bytes of its releases. For jobs, and for endpoints of which a former version kept no owner. */
  releasesInProduction(): Promise<AllInProduction>;
  /** The releases that were registered with a package, those that have ended among them. The index may be a moment late. */
  releasesOfPackage(modelPackageArn: string): Promise<Listed<Release>>;
  /** The latest refusals of requests for a release of this id, 25 at most, the latest first. */
  refusalsOf(releaseId: string): Promise<IntakeRefusal[]>;
  /** The stored bytes of one event, for shipping. */
  event(model: string, seq: number): Promise<SealedEvent | undefined>;
  /** The line of rows that the change of an event wrote. Undefined if a version that recorded none committed it. */
  recorded(model: string, seq: number): Promise<Uint8Array | undefined>;
  /**
   * A page of the events of one release in order, found by the release: `after` is the `seq` of the last one of the page before.
   * A chain that a former version wrote is read instead, until `assay table move` has noted whose its events are.
   */
  eventsOf(release: OfRelease, page: PageAsked<number>): Promise<PageOf<SealedEvent, number>>;
  /** Every event of a model in order. It grows without end: for tools and tests. */
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
