import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { promote, recordDenied } from '../../lib/domain/release/promotion.ts';
import { isExpired } from '../../lib/domain/serving/expiry.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { existing, releaseStep } from '../../lib/runtime/machine-step.ts';
import { Env } from './env.ts';

const store = dynamodbReleaseStore(readEnv(Env).TABLE_NAME);

export const handler = releaseStep(store, async (release) => {
  const pointer = await store.pointer(release.modelName);
  if (release.state === 'production' && pointer?.releaseId === release.releaseId) return 'promoted';
  const at = now();
  if (isExpired(release, at)) {
    const reason = { rule: 'approval_expiry', evidence: '', explanation: 'the approval expired during the deployment' };
    await store.commit(recordDenied(release, { outcome: 'deny', reasons: [reason] }, at), at);
    return 'deny';
  }
  const former =
    pointer === undefined ? undefined : await existing(store.release(pointer.releaseId), pointer.releaseId);
  await store.commit(promote(release, pointer, former, at), at);
  return 'promoted';
});
