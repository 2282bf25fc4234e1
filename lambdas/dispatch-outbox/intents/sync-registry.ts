import { syncRegistry } from '../../../lib/adapters/sagemaker-registry.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { packageId } from '../../../lib/domain/records/package-holder.ts';
import type { Performer } from '../tools.ts';

export const syncIfRegistered: Performer<'sync_registry', 'settings' | 'store'> = async (
  { releaseId },
  { settings, store },
) => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  const { modelPackageArn: arn } = release;
  // Before registration there is nothing to keep in step; the registration itself notes a sync intent.
  if (arn === undefined) return;
  // The release has ended, and its package is another's by now: the registry shows what became of that one.
  const row = await store.get('package_holder', packageId(arn));
  if (row === undefined || row.releaseId === releaseId) await syncRegistry(release, settings.packageHome);
};
