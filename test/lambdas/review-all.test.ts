import { describe, expect, it } from 'vitest';
import { reviewAll } from '../../lambdas/review-registry/review-all.ts';
import { HOUR_MS, MINUTE_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { ReleaseSummary } from '../../lib/domain/release/release-summary.ts';
import { NOW } from '../support/approval-case.ts';
import { memoryReleaseStore } from '../support/memory-release-store.ts';
import { approved, draft, inProduction, superseded } from '../support/release-life.ts';

const at = (release: Release, id: string, changes: object = {}): Release => ({
  ...release,
  releaseId: id as Release['releaseId'],
  modelPackageArn: `arn:${id}`,
  ...changes,
});
const { modelPackageArn: _, ...unregistered } = at(draft, 'unregistered');

const memoryStoreOf = (releases: readonly Release[]) => {
  const store = memoryReleaseStore();
  store.seed(...releases);
  return store;
};

const looking = (releases: readonly Release[], look: (id: string) => boolean, minutesEach = 0) => {
  const [looked, synced]: [string[], string[]] = [[], []];
  let minutes = 0;
  const work = {
    store: memoryStoreOf(releases),
    look: async (_: string, id: string) => {
      looked.push(id);
      minutes += minutesEach;
      return { isBehind: look(id) };
    },
    syncAgain: async ({ releaseId }: ReleaseSummary) => {
      synced.push(releaseId);
    },
    pause: async () => {},
    now: () => plusMilliseconds(NOW, minutes * MINUTE_MS),
  };
  return { looked, synced, run: () => reviewAll(work) };
};

describe('the hourly look at the packages', () => {
  const older = { updatedAt: plusMilliseconds(NOW, -HOUR_MS) };
  const all = [
    at(approved, 'ended', { state: 'rolled_back' }),
    at(approved, 'long-ended', { state: 'rejected', ...older }),
    at(superseded, 'way-back', older),
    at(inProduction, 'serving'),
    unregistered,
  ];

  it('begins with those that are needed, and leaves out what is not registered', async () => {
    const { looked, synced, run } = looking(all, () => false);

    expect(await run()).toEqual({ looked: 4, behind: 0, failed: 0, left: 0 });
    expect(looked).toEqual(['serving', 'way-back', 'ended', 'long-ended']);
    expect(synced).toEqual([]);
  });

  it('has those synced again that are behind', async () => {
    const { synced, run } = looking(all, (id) => id === 'ended');

    expect(await run()).toMatchObject({ behind: 1 });
    expect(synced).toEqual(['ended']);
  });

  it('goes on after one that cannot be read', async () => {
    const { looked, run } = looking(all, (id) => {
      if (id === 'serving') throw new Error('Rate exceeded');
      return false;
    });

    expect(await run()).toMatchObject({ looked: 4, failed: 1 });
    expect(looked).toHaveLength(4);
  });

  it('ends before Lambda ends it, and says how many it did not come to', async () => {
    const { run } = looking(all, () => false, 7);

    expect(await run()).toMatchObject({ looked: 2, left: 2 });
  });
});
