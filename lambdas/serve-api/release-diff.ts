import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { DIFF_SECTIONS, diffReleases, withoutValues } from '../../lib/domain/questions/diff-releases.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { type ReadKept, readReleaseFacts } from '../../lib/runtime/release-facts.ts';
import { notFound, releaseIdIn } from './names.ts';
import { releaseSummary } from './views.ts';

/** What changed from one release to another, section by section, and what could not be compared. */
export const releaseDiff = async (ids: { before: string; after: string }, store: ReleaseStore, readKept: ReadKept) => {
  const [old, now] = await Promise.all([known(store, ids.before), known(store, ids.after)]);
  const [before, after] = await Promise.all([
    readReleaseFacts(old, store, readKept),
    readReleaseFacts(now, store, readKept),
  ]);
  const differences = withoutValues(diffReleases(before.facts, after.facts));
  return {
    before: releaseSummary(old),
    after: releaseSummary(now),
    differences: Object.fromEntries(
      DIFF_SECTIONS.map((name) => [
        name,
        differences.filter(({ section }) => section === name).map(({ section: _, ...row }) => row),
      ]),
    ),
    not_compared: [...before.unread, ...after.unread].map(({ releaseId, evidence, problem }) => ({
      release_id: releaseId,
      evidence,
      problem,
    })),
  };
};

const known = async (store: ReleaseStore, releaseId: string): Promise<Release> => {
  const release = await store.get('release', releaseIdIn(releaseId));
  if (release === undefined) throw notFound('release', releaseId);
  return release;
};
