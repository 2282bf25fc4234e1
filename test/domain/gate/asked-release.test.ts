import { describe, expect, it } from 'vitest';
import { askedAs, findAsked } from '../../../lib/domain/gate/asked-release.ts';
import { ModelName } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { approved, draft, MODEL, releaseId, superseded } from '../../support/release-life.ts';

const about = { modelName: ModelName.parse(MODEL), modelVersion: '1.2.0' };
const at = (hours: number) => plusMilliseconds(NOW, hours * HOUR_MS);
const aRelease = (id: string, changes: Partial<Release>): Release => ({
  ...approved,
  releaseId: releaseId(id),
  ...changes,
});
const find = async (releases: readonly Release[], artifactSha256?: ReturnType<typeof digestOf>) => {
  const store = memoryReleaseStore();
  store.seed(...releases);
  return (await findAsked({ about, artifactSha256 }, store))?.releaseId;
};

describe('the release that the gate is asked about', () => {
  it('is found by its id, and by its version', async () => {
    const store = memoryReleaseStore();
    store.seed(approved, superseded);

    const byId = { about: { releaseId: superseded.releaseId }, artifactSha256: undefined };
    expect(await findAsked(byId, store)).toEqual(superseded);
    expect(await findAsked({ about, artifactSha256: undefined }, store)).toEqual(approved);
    expect(askedAs(byId)).toBe('mortgage-1-1-0');
    expect(askedAs({ about, artifactSha256: undefined })).toBe('mortgage-approval 1.2.0');
  });

  it('is none where there is none of this version of this model', async () => {
    expect(await find([superseded])).toBeUndefined();
    expect(await find([aRelease('other', { modelName: ModelName.parse('other') })])).toBeUndefined();
  });

  it('is the one that has come furthest, and of these the latest', async () => {
    const denied = aRelease('denied', { state: 'rejected', updatedAt: at(3) });
    const again = aRelease('again', { ...draft, releaseId: releaseId('again'), updatedAt: at(1) });
    const newest = aRelease('newest', { state: 'rejected', updatedAt: at(4) });

    expect(await find([denied, again])).toBe('again');
    expect(await find([again, aRelease('live', { state: 'production' }), denied])).toBe('live');
    expect(await find([denied, newest])).toBe('newest');
    expect(await find([newest, denied])).toBe('newest');
  });

  it('is the one with the bytes at hand, if those are known', async () => {
    const pinned = { ...approved.pinned, artifactSha256: digestOf('these') } as Release['pinned'];
    const denied = aRelease('denied', { state: 'rejected', pinned });

    expect(await find([approved, denied], digestOf('these'))).toBe('denied');
    expect(await find([approved, denied], digestOf('unknown'))).toBe(approved.releaseId);
  });
});
