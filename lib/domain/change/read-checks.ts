import type { CheckRecord } from '../records/check-record.ts';
import { inOrder } from '../records/signed-check.ts';
import { checksIn } from '../records/stage-checks.ts';
import type { ReleaseStore } from './release-store.ts';

/** Every check of a release, by stage and name, whichever version of Assay stored it. */
export const readChecks = async (store: Pick<ReleaseStore, 'list'>, releaseId: string): Promise<CheckRecord[]> => {
  const [stages, single] = await Promise.all([store.list('stage_checks', releaseId), store.list('check', releaseId)]);
  return inOrder([...single, ...stages.flatMap(checksIn)]);
};
