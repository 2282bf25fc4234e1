import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { judgeFlip } from '../../lib/domain/gate/gate.ts';
import { promote, recordDenied } from '../../lib/domain/gate/promotion.ts';
import { endpointId } from '../../lib/domain/records/endpoint.ts';
import { isServing } from '../../lib/domain/records/pointer.ts';
import { rollbackOf } from '../../lib/domain/serving/ask-rollback.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { promotionStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const store = releaseStoreOf('PromoteRelease', readEnv(Env).TABLE_NAME);

export const handler = promotionStep(store, 'deny', async (release) => {
  const [pointer, served, hold, endpoint, move] = await Promise.all([
    store.get('pointer', release.modelName),
    store.get('served_versions', release.modelName),
    store.get('hold', release.modelName),
    store.get('endpoint', endpointId(release.manifest.deployment.endpoint_name)),
    store.get('endpoint_move', release.modelName),
  ]);
  if (release.state === 'production' && pointer?.releaseId === release.releaseId) return 'promoted';
  const at = now();
  const rollback = await rollbackOf(pointer, store);
  const decision = judgeFlip({ release, pointer, rollback, move, hold, served, endpoint, now: at });
  if (decision.outcome === 'deny') {
    await store.commit(
      expecting(recordDenied(release, decision, at), pointer, rollback, move, hold, served, endpoint),
      at,
    );
    return 'deny';
  }
  const former = isServing(pointer)
    ? await requireFound(store.get('release', pointer.releaseId), pointer.releaseId)
    : undefined;
  const flip = promote({ release, pointer, former, served, endpoint, now: at });
  await store.commit(expecting(flip, rollback, move, hold), at);
  return 'promoted';
});
