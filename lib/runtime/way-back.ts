import { placeOf } from '../adapters/s3-objects.ts';
import { rehearseWayBack } from '../adapters/way-back.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import { requireFound } from '../domain/change/require-found.ts';
import type { WayBack } from '../domain/checks/way-back.ts';
import { isServing } from '../domain/records/pointer.ts';

/** The way back of the next release of a model, from the pointer alone; undefined if nothing is in production. */
export const readWayBack = async (
  store: ReleaseStore,
  modelName: string,
  accountId: string,
): Promise<WayBack | undefined> => {
  const pointer = await store.get('pointer', modelName);
  if (!isServing(pointer)) return undefined;
  const { sources, serving } = await requireFound(store.get('release', pointer.releaseId), pointer.releaseId);
  const copy = serving?.model_data.locked_copy_uri;
  const artifact = copy === undefined ? sources.artifact : placeOf(copy);
  return rehearseWayBack({ ...pointer, artifact }, accountId);
};
