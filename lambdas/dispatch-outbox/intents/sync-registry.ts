import { syncRegistry } from '../../../lib/adapters/sagemaker-registry.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import type { Performer } from '../tools.ts';

export const syncIfRegistered: Performer<'sync_registry', 'settings' | 'store'> = async (
  { releaseId },
  { settings, store },
) => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  // Before registration there is nothing to keep in step; the registration itself notes a sync intent.
  if (release.modelPackageArn !== undefined) await syncRegistry(release, settings.packageHome);
};
