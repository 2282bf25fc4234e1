import { describe, expect, it } from 'vitest';
import { NO_ROLLBACK_TARGET } from '../../lib/domain/records/evidence-digest.ts';
import { readLiveRelease } from '../../lib/runtime/live-release.ts';
import { memoryReleaseStore } from '../support/memory-release-store.ts';
import { aPointer, approved, inProduction, releaseId, superseded } from '../support/release-life.ts';

const serving = { ...inProduction, releaseId: releaseId('serving-1') };
const before = { ...superseded, releaseId: releaseId('before-1') };

describe('what a release is compared with', () => {
  const store = memoryReleaseStore();
  store.seed(serving, before, aPointer({ releaseId: serving.releaseId }));
  const compared = async (release: typeof approved) => (await readLiveRelease(store, release))?.releaseId;

  it('is what is in production, before it is promoted', async () => {
    expect(await compared(approved)).toBe(serving.releaseId);
  });

  it('is what it replaced, once it was promoted: never itself', async () => {
    expect(await compared({ ...serving, rollbackTarget: before.releaseId })).toBe(before.releaseId);
    expect(await compared({ ...serving, rollbackTarget: NO_ROLLBACK_TARGET })).toBeUndefined();
  });

  it('is nothing where nothing is in production', async () => {
    expect(await readLiveRelease(memoryReleaseStore(), approved)).toBeUndefined();
  });
});
