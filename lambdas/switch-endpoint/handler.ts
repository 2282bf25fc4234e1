import { sagemakerDeployer } from '../../lib/adapters/sagemaker-deployer.ts';
import { findEndpoint, pointEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import type { Endpoint } from '../../lib/domain/records/endpoint.ts';
import { isServing, type Pointer } from '../../lib/domain/records/pointer.ts';
import { busyReason, isOrderNoted, whileBusy } from '../../lib/domain/records/rollback.ts';
import type { Reason } from '../../lib/domain/release/release.ts';
import { endpointOf } from '../../lib/domain/serving/ask-rollback.ts';
import { configurationReason } from '../../lib/domain/serving/departures.ts';
import { deploymentOf } from '../../lib/domain/serving/deployment.ts';
import { fallbackReasons } from '../../lib/domain/serving/fallback-reasons.ts';
import { recordSwitch, refuseRollback, servingReasons } from '../../lib/domain/serving/rollback-steps.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { rollbackStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { findServed } from '../../lib/runtime/served.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('SwitchEndpoint', env.TABLE_NAME);
const deployer = sagemakerDeployer(env.MODEL_EXECUTION_ROLE_ARN);

export const handler = rollbackStep(store, async (rollback) => {
  if (rollback.status !== 'requested') return rollback.status === 'refused' ? 'refused' : 'switched';
  const [current, fallback] = await Promise.all([
    requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId),
    requireFound(store.get('release', rollback.toReleaseId), rollback.toReleaseId),
  ]);
  const refuse = async (reasons: readonly Reason[], ...judged: readonly (Pointer | Endpoint | undefined)[]) => {
    await store.commit(expecting(refuseRollback(rollback, current, reasons), fallback, ...judged), now());
    return 'refused' as const;
  };
  const wayBack = await store.get('pointer', rollback.modelName);
  // Not the endpoint of the fallback's manifest: what serves may have been moved since the fallback did.
  const [{ departures }, found] = await Promise.all([
    findServed(fallback, env),
    isServing(wayBack) ? findEndpoint(wayBack.endpointName) : undefined,
  ]);
  if (departures.length > 0) return refuse(departures, wayBack);
  const deployment = deploymentOf(fallback, rollback.epoch + 1, found?.variants[0]);
  const prepared = await deployer.prepare(deployment, wayBack?.fallbackEndpointConfigName);
  if ('problem' in prepared) return refuse([configurationReason(prepared.problem)], wayBack);
  const { endpointConfigName } = prepared;
  // Right before the order: whatever was promoted since the rollback was requested must not be taken off its endpoint.
  const pointer = await store.get('pointer', rollback.modelName);
  const endpoint = await endpointOf(pointer, store);
  const reasons = [...servingReasons(rollback, pointer, endpoint), ...fallbackReasons(rollback, fallback)];
  if (pointer === undefined || reasons.length > 0) return refuse(reasons, pointer, endpoint);
  const { endpointName } = pointer;
  if (found?.condition === 'under_way' && found.headsFor !== endpointConfigName) {
    const next = whileBusy(rollback, found.endsBy, now());
    return next === 'late' ? refuse([busyReason(endpointName)], pointer, endpoint) : next;
  }
  // On record before it is ordered: whatever breaks after the order, the restoration knows what to undo.
  if (!isOrderNoted(rollback, endpointConfigName, now())) {
    const ordered = recordSwitch(rollback, current, [endpointConfigName, now()]);
    await store.commit(expecting(ordered, fallback, pointer, endpoint), now());
  }
  // At once, whatever strategy the fallback was deployed by: what serves now does harm.
  const judged = { found, serving: fallback.serving, strategy: undefined };
  const ordered = await pointEndpoint(endpointName, endpointConfigName, judged);
  return ordered === 'busy' ? 'busy' : 'switched';
});
