import { syncRegistry } from '../../../lib/adapters/sagemaker-registry.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import type { Performer } from '../tools.ts';

export const syncIfRegistered: Performer<'sync_registry', 'store'> = async ({ releaseId }, { store }) => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  // Before it is registered there is nothing to keep in step; registering notes a sync of its own.
  if (release.modelPackageArn !== undefined) await syncRegistry(release);
};
