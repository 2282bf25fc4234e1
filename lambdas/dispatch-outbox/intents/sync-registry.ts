import { showApproval } from '../../../lib/adapters/sagemaker-lineage.ts';
import { findModelPackage } from '../../../lib/adapters/sagemaker-registry.ts';
import { showStatus } from '../../../lib/adapters/sagemaker-status.ts';
import { readRevocation } from '../../../lib/domain/approval/read-revocation.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { lastWriterOf } from '../../../lib/domain/intake/last-writer.ts';
import type { ModelPackage } from '../../../lib/domain/intake/model-package.ts';
import { approvalAction } from '../../../lib/domain/serving/approval-action.ts';
import { type RegistryWorld, reviewRegistry } from '../../../lib/domain/serving/review-registry.ts';
import type { Performer } from '../tools.ts';

/** Once for the update, once to see that it still holds; more only while the release or its package changes. */
const LOOKS = 4;

const PACKAGES_MAX = 1_000;
/** The package that a release was last seen with. It is never believed: only read in one call with the release, which says it again. */
const packages = new Map<string, string>();

/**
 * Another look after each update: the release or its package may have changed before it arrived, and the sync that noted
 * that may have been faster. Of two that meet, the last one to look is right. What somebody did by hand is on record before it
 * is written over.
 */
export const syncIfRegistered: Sync = async ({ releaseId }, { settings, store, directory, now }) => {
  const world: RegistryWorld<ModelPackage> = {
    store,
    find: findModelPackage,
    home: settings.packageHome,
    lastWriterOf: async (found) => lastWriterOf(found, await directory()),
    revocationOf: (release) => readRevocation(store, release),
    now,
  };
  const isThere = requireFound(store.get('release', releaseId), releaseId);
  for (let look = 1; look <= LOOKS; look += 1) {
    const [isAgain] = await Promise.all([lookOnce(releaseId, world), isThere]);
    if (!isAgain) return;
  }
};

type Sync = Performer<'sync_registry', 'settings' | 'store' | 'directory' | 'now'>;

/** Whether another look is due: something was written, to the registry or on record. */
const lookOnce = async (releaseId: string, world: RegistryWorld<ModelPackage>): Promise<boolean> => {
  const reviewed = await reviewRegistry(releaseId, world, packages.get(releaseId));
  if (reviewed.outcome === 'not_ours') return false;
  const { outcome, mayWrite, modelPackageArn, release, desired, shown, revoked } = reviewed;
  if (packages.size >= PACKAGES_MAX) packages.clear();
  packages.set(releaseId, modelPackageArn);
  if (mayWrite) await showStatus(modelPackageArn, desired, shown);
  if (mayWrite || outcome === 'recorded') return true;
  const action = approvalAction(release, revoked);
  if (action !== undefined) await showApproval(modelPackageArn, action);
  return false;
};
