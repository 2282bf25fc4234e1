import { s3Sources } from '../../lib/adapters/s3-evidence-store.ts';
import type { PinnedObject } from '../../lib/domain/release/release.ts';
import { ACCOUNT_ID, type Aws } from './aws.ts';

/** Puts an artifact into a bucket of models, and pins it as the intake does. */
export const putArtifact = async (aws: Aws): Promise<PinnedObject> => {
  await aws.makeBucket('models', 'versioned');
  await aws.put('models', 'model', 'artifact');
  const found = await s3Sources({ buckets: ['models'], accountId: ACCOUNT_ID }).pin('s3://models/model');
  if ('problem' in found) throw new Error(found.problem);
  return found;
};
