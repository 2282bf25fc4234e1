/** What every release store does where a list is asked for within a period. */
import { expect, it } from 'vitest';
import type { Write } from '../../lib/domain/change/change.ts';
import type {
  ListPlace,
  PageAsked,
  PageOf,
  RecordFilter,
  ReleaseFilter,
  ReleasePlace,
} from '../../lib/domain/change/page.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { refuseClaimOf } from './a-refusal.ts';
import { at } from './approval-case.ts';
import { releaseId } from './release-life.ts';

type InStore = () => {
  readonly store: ReleaseStore;
  readonly release: Release;
  readonly commit: (writes: readonly Write[]) => Promise<unknown>;
};

const day = (number: number) => at(`2019-03-0${number}T00:00:00.000Z`);
const PERIODS = [
  {},
  { since: day(2) },
  { until: day(4) },
  { since: day(2), until: day(4) },
  { since: day(3), until: day(3) },
  { since: day(4), until: day(2) },
];
const isWithin = ({ since, until }: (typeof PERIODS)[number], number: number): boolean =>
  (since === undefined || day(number) >= since) && (until === undefined || day(number) <= until);

/** Every item, one of a page. */
const oneByOne = async <T, P>(page: (asked: PageAsked<P>) => Promise<PageOf<T, P>>): Promise<T[]> => {
  const all: T[] = [];
  let after: P | undefined;
  do {
    const found: PageOf<T, P> = await page({ limit: 1, after });
    all.push(...found.items);
    after = found.next;
  } while (after !== undefined);
  return all;
};

/** Two of them on the third day, in two states. */
const DAYS = [1, 2, 3, 3, 4, 5];

export const itListsPeriods = (inStore: InStore): void => {
  it('is listed within a period of its last change, in either order, of a model or of states', async () => {
    const { store, release, commit } = inStore();
    const releases = DAYS.map((number, index) => ({
      ...release,
      releaseId: releaseId(`${release.releaseId}-${index}`),
      requestedBy: `${release.releaseId}` as Release['requestedBy'],
      state: index === 3 ? 'rejected' : 'expired',
      updatedAt: day(number),
    }));
    await commit(releases.map((entity) => ({ kind: 'create', entity })));
    const filters: ReleaseFilter[] = [
      { model: release.modelName },
      { requester: `${release.releaseId}`, states: ['expired', 'rejected'] },
    ];
    for (const period of PERIODS)
      for (const order of ['oldest', 'latest'] as const)
        for (const filter of filters) {
          const days = DAYS.filter((number) => isWithin(period, number));
          const found = await oneByOne((page: PageAsked<ReleasePlace>) =>
            store.releasePage({ ...filter, ...period, order }, page),
          );

          expect([period, order, found.map(({ updatedAt }) => updatedAt)]).toEqual([
            period,
            order,
            (order === 'oldest' ? days : days.toReversed()).map(day),
          ]);
          expect(new Set(found.map((one) => one.releaseId)).size).toBe(days.length);
        }
  });

  it('is listed from the beginning of the period where a page outside of it is asked for', async () => {
    const { store, release, commit } = inStore();
    const releases = [1, 2, 3].map((number) => ({
      ...release,
      releaseId: releaseId(`${release.releaseId}-${number}`),
      updatedAt: day(number),
    }));
    await commit(releases.map((entity) => ({ kind: 'create', entity })));
    const first = { model: release.modelName, order: 'oldest' } as const;
    const { next: after } = await store.releasePage(first, { limit: 1 });
    const { next: later } = await store.releasePage(first, { limit: 2 });
    const daysIn = async (filter: ReleaseFilter, place: ReleasePlace | undefined) =>
      (await store.releasePage({ ...first, ...filter }, { limit: 9, after: place })).items.map((one) => one.updatedAt);

    expect(await daysIn({ since: day(2) }, after)).toEqual([day(2), day(3)]);
    expect(await daysIn({ until: day(1) }, later)).toEqual([]);
    expect(await daysIn({ until: day(2), order: 'latest' }, { ...(later as ReleasePlace), at: day(3) })).toEqual([
      day(2),
      day(1),
    ]);
  });

  it('is listed within a period of its arrival, if it was refused', async () => {
    const { store, release, commit } = inStore();
    const refusals = [1, 2, 3, 4, 5].map((number) => ({
      ...refuseClaimOf(`${release.releaseId}-${number}`),
      receivedAt: day(number),
    }));
    await commit(refusals.map((entity) => ({ kind: 'create', entity })));
    for (const { since = day(1), until = day(5) } of PERIODS) {
      const days = [5, 4, 3, 2, 1].filter((number) => isWithin({ since, until }, number));
      const found = await oneByOne((page: PageAsked<ListPlace>) => store.page('refusal', { ...page, since, until }));
      const ours = found.filter(({ claimedReleaseId }) => claimedReleaseId.startsWith(release.releaseId));

      expect([since, until, ours.map(({ receivedAt }) => receivedAt)]).toEqual([since, until, days.map(day)]);
    }
    const { next: after } = await store.page('refusal', { limit: 1, since: day(1), until: day(5) });
    const { items } = await store.page('refusal', { limit: 1, after, until: day(2) });
    expect(items.map(({ receivedAt }) => receivedAt)).toEqual([day(2)]);
  });

  it('is listed by the model that a request named, within a period, if it was refused', async () => {
    const { store, release, commit } = inStore();
    const [own, other] = ['one', 'other'].map((name) => `${release.modelName}-${name}`);
    const refusals = [own, other, own, other].map((claimedModelName, index) => ({
      ...refuseClaimOf(`${release.releaseId}-of-${index}`),
      claimedModelName: String(claimedModelName),
      receivedAt: day(index + 1),
    }));
    await commit(refusals.map((entity) => ({ kind: 'create', entity })));
    const of = (filter: RecordFilter) =>
      oneByOne((page: PageAsked<ListPlace>) => store.page('refusal', { ...page, ...filter }));

    expect((await of({ claimedModel: own })).map(({ receivedAt }) => receivedAt)).toEqual([day(3), day(1)]);
    expect((await of({ claimedModel: own, until: day(2) })).map(({ receivedAt }) => receivedAt)).toEqual([day(1)]);
    expect(await of({ claimedModel: `${release.modelName}-none` })).toEqual([]);
    expect((await store.page('refusal', { limit: 1, claimedModel: own })).items).toHaveLength(1);
  });
};
