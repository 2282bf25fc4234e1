import { showApproval } from '../../../lib/adapters/sagemaker-lineage.ts';
import { findModelPackage } from '../../../lib/adapters/sagemaker-registry.ts';
import { showStatus } from '../../../lib/adapters/sagemaker-status.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { lastWriterOf } from '../../../lib/domain/intake/last-writer.ts';
import type { ModelPackage } from '../../../lib/domain/intake/model-package.ts';
import { approvalAction } from '../../../lib/domain/serving/approval-action.ts';
import { type RegistryWorld, reviewRegistry } from '../../../lib/domain/serving/review-registry.ts';
import type { Performer } from '../tools.ts';

/** Once for the update, once to see that it still holds; more only while the release or its package changes. */
const LOOKS = 4;

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
    now,
  };
  const isThere = requireFound(store.get('release', releaseId), releaseId);
  let modelPackageArn: string | undefined;
  for (let look = 1; look <= LOOKS; look += 1) {
    const [again] = await Promise.all([lookOnce(releaseId, world, modelPackageArn), isThere]);
    if (again === undefined) return;
    modelPackageArn = again.modelPackageArn;
  }
};

type Sync = Performer<'sync_registry', 'settings' | 'store' | 'directory' | 'now'>;

/** The package, if another look is due: something was written, to the registry or on record. */
const lookOnce = async (
  releaseId: string,
  world: RegistryWorld<ModelPackage>,
  seen: string | undefined,
): Promise<{ readonly modelPackageArn: string } | undefined> => {
  const reviewed = await reviewRegistry(releaseId, world, seen);
  if (reviewed.outcome === 'not_ours') return undefined;
  const { outcome, mayWrite, modelPackageArn, release, desired, shown } = reviewed;
  if (mayWrite) await showStatus(modelPackageArn, desired, shown);
  if (mayWrite || outcome === 'recorded') return { modelPackageArn };
  const action = approvalAction(release);
  if (action !== undefined) await showApproval(modelPackageArn, action);
  return undefined;
};
