import { syncRegistry } from '../../../lib/adapters/sagemaker-registry.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { packageId } from '../../../lib/domain/records/package-holder.ts';
import type { Performer, Tools } from '../tools.ts';

/** Once for the update, once to see that it still holds; more only while the release or its package changes. */
const LOOKS = 4;

/**
 * Another look after each update: the release or its package may have changed before it arrived, and the sync that noted
 * that may have been faster. Of two that meet, the last one to look is right.
 */
export const syncIfRegistered: Sync = async (intent, tools) => {
  for (let look = 1; look <= LOOKS; look += 1) if ((await syncOnce(intent, tools)) !== 'updated') return;
};

type Sync = Performer<'sync_registry', 'settings' | 'store'>;
type Needed = Pick<Tools, 'settings' | 'store'>;

const syncOnce = async ({ releaseId }: Parameters<Sync>[0], { settings, store }: Needed) => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  const { modelPackageArn: arn } = release;
  // Before registration there is nothing to keep in step; the registration itself notes a sync intent.
  if (arn === undefined) return 'not_ours';
  // The release has ended, and its package is another's by now: the registry shows what became of that one.
  const row = await store.get('package_holder', packageId(arn));
  return row === undefined || row.releaseId === releaseId ? syncRegistry(release, settings.packageHome) : 'not_ours';
};
