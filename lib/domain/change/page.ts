/** Lists are read in pages. A page names the place where the next one begins, and costs what is on it, not what there is. */
import * as z from 'zod';
import { Instant, ReleaseId, type RiskTier } from '../identifiers.ts';
import { ReleaseState } from '../release/lifecycle.ts';
import type { ReleaseSummary } from '../release/release-summary.ts';

export type Listed<T> = {
  readonly items: readonly T[];
  /** How many rows were left out because they are not what the list says; not there if there were none. */
  readonly leftOut?: number | undefined;
};
/** `limit` is a bound: a page may be shorter, or empty, though there is a `next` one. */
export type PageOf<T, P> = Listed<T> & { readonly next: P | undefined };
export type PageAsked<P> = { readonly limit: number; readonly after?: P | undefined };

/** A place in a list of releases, which are in the order of their last change. */
export const ReleasePlace = z.strictObject({ at: Instant, state: ReleaseState, releaseId: ReleaseId });
export type ReleasePlace = z.infer<typeof ReleasePlace>;

/** A place in a list of what is kept under a time or a name, and an id. */
const Part = z.string().regex(/^[ -~]{1,256}$/, 'must be visible ASCII, 256 at most');
export const ListPlace = z.strictObject({ at: Part, id: Part });
export type ListPlace = z.infer<typeof ListPlace>;

/** From an instant to another one, both of them included. What is not said has no end. */
export type Period = { readonly since?: Instant | undefined; readonly until?: Instant | undefined };

/** Which of the records of a kind a list has. */
export type RecordFilter = Period & {
  /** Of refusals: for which model a request said that it was. */
  readonly claimedModel?: string | undefined;
};

/** Which releases a list has. What is not said is not asked for. The period is that of their last change. */
export type ReleaseFilter = Period & {
  readonly model?: string | undefined;
  /** The version as the release spells it. */
  readonly version?: string | undefined;
  readonly states?: readonly ReleaseState[] | undefined;
  readonly tier?: RiskTier | undefined;
  /** The id of the person who requested it. */
  readonly requester?: string | undefined;
  /** Whose approval ends by then, or has no end. */
  readonly endsBy?: Instant | undefined;
  /** By the last change: `latest` unless it is said. In the order `oldest` nothing is missed that changes while pages are read: it comes again. */
  readonly order?: 'latest' | 'oldest' | undefined;
};

export type ReleasePage = PageOf<ReleaseSummary, ReleasePlace>;

/** The release whose events are asked for. */
export type OfRelease = { readonly releaseId: string; readonly modelName: string };

type Releases = {
  releasePage(filter: ReleaseFilter, page: PageAsked<ReleasePlace>): Promise<ReleasePage>;
};

/** Everything of a list, page by page. For jobs that must look at all of it, and for lists that are short. */
export const allOf = async <T, P = ListPlace>(read: (page: PageAsked<P>) => Promise<PageOf<T, P>>): Promise<T[]> => {
  const all: T[] = [];
  let after: P | undefined;
  do {
    const page: PageOf<T, P> = await read({ limit: AT_ONCE, after });
    all.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return all;
};

/** Every event of one release in order. */
export const allEventsOf = <E>(
  store: { eventsOf(release: OfRelease, page: PageAsked<number>): Promise<PageOf<E, number>> },
  release: OfRelease,
): Promise<E[]> => allOf((page: PageAsked<number>) => store.eventsOf(release, page));

/** As many at a time as one call reads. */
const AT_ONCE = 200;

/** Every release of a filter, page by page; one that changes meanwhile may come again, and none is missed. */
export async function* everyRelease(
  store: Releases,
  filter: Omit<ReleaseFilter, 'order'> = {},
): AsyncGenerator<ReleaseSummary> {
  let after: ReleasePlace | undefined;
  do {
    const page: ReleasePage = await store.releasePage({ ...filter, order: 'oldest' }, { limit: AT_ONCE, after });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}

/** All releases of a filter as they were found last, each once. For jobs that must look at every one. */
export const allReleases = async (
  store: Releases,
  filter: Omit<ReleaseFilter, 'order'> = {},
): Promise<ReleaseSummary[]> => {
  const found = new Map<string, ReleaseSummary>();
  for await (const release of everyRelease(store, filter)) found.set(release.releaseId, release);
  return [...found.values()];
};
