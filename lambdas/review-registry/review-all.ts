import { allReleases } from '../../lib/domain/change/page.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import type { Instant, ReleaseId } from '../../lib/domain/identifiers.ts';
import { MINUTE_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { mayNeedPackage } from '../../lib/domain/records/package-holder.ts';
import type { ReleaseSummary } from '../../lib/domain/release/release-summary.ts';
import { logger } from '../../lib/runtime/logger.ts';

type Work = {
  readonly store: Pick<ReleaseStore, 'releasePage'>;
  readonly look: (modelPackageArn: string, releaseId: ReleaseId) => Promise<{ readonly isBehind: boolean }>;
  /** Notes a sync that no commit has noted. */
  readonly syncAgain: (release: ReleaseSummary) => Promise<void>;
  /** Between two looks, so that SageMaker has calls left for others: 200 ms. */
  readonly pause: () => Promise<void>;
  readonly now: () => Instant;
};

/** The Lambda ends after 15 minutes. */
const LOOKING_MS = 12 * MINUTE_MS;

/**
 * Looks at the package of every release, so that a lost event is no lost finding, and has those synced again that are behind.
 * Those that are needed come first, then the newest; what there is no time for is counted in the log, and is looked at when
 * SageMaker says that it was written to.
 */
export const reviewAll = async ({ store, look, syncAgain, pause, now }: Work) => {
  const due = inOrder(await allReleases(store));
  const until = plusMilliseconds(now(), LOOKING_MS);
  const counts = { looked: 0, behind: 0, failed: 0, left: 0 };
  for (const release of due) {
    if (now() >= until) break;
    await pause();
    counts.looked += 1;
    try {
      const { isBehind } = await look(release.modelPackageArn, release.releaseId);
      if (!isBehind) continue;
      counts.behind += 1;
      await syncAgain(release);
    } catch (error) {
      // One package that cannot be read keeps nobody from looking at the others.
      counts.failed += 1;
      logger.error('package not reviewed', { release_id: release.releaseId, error: String(error) });
    }
  }
  const all = { ...counts, left: due.length - counts.looked };
  logger.info('packages reviewed', all);
  return all;
};

type Registered = ReleaseSummary & { readonly modelPackageArn: string };

const inOrder = (releases: readonly ReleaseSummary[]): Registered[] =>
  releases
    .filter((release): release is Registered => release.modelPackageArn !== undefined)
    .sort((a, b) => Number(mayNeedPackage(b)) - Number(mayNeedPackage(a)) || (a.updatedAt < b.updatedAt ? 1 : -1));
