import { configurationMaker } from '../../lib/adapters/sagemaker-deployer.ts';
import { createEndpoint, findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { endpointId } from '../../lib/domain/records/endpoint.ts';
import type { Reason } from '../../lib/domain/release/release.ts';
import { configurationReason } from '../../lib/domain/serving/departures.ts';
import type { Prepared } from '../../lib/domain/serving/deployer.ts';
import { deploymentOf } from '../../lib/domain/serving/deployment.ts';
import { moveReasons, recordOpening, refuseMove, takenReasons } from '../../lib/domain/serving/move-steps.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { moveStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { findServed } from '../../lib/runtime/served.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('OpenEndpoint', env.TABLE_NAME);
const prepare = configurationMaker(env.MODEL_EXECUTION_ROLE_ARN);

export const handler = moveStep(store, async (move) => {
  if (move.status === 'moved' || move.status === 'refused') return move.status;
  const [pointer, current, to, found] = await Promise.all([
    store.get('pointer', move.modelName),
    requireFound(store.get('release', move.releaseId), move.releaseId),
    store.get('endpoint', endpointId(move.toEndpointName)),
    findEndpoint(move.toEndpointName),
  ]);
  const reasons = [
    ...moveReasons({ move, pointer, current, to }),
    ...takenReasons(move, found),
    // SageMaker fetches everything again, for instances that are new.
    ...(await findServed(current, env)).departures,
  ];
  const refuse = async (why: readonly Reason[]) => {
    await store.commit(expecting(refuseMove(move, current, why, now()), pointer, to), now());
    return 'refused' as const;
  };
  if (reasons.length > 0) return refuse(reasons);
  const prepared: Prepared =
    move.endpointConfigName === undefined
      ? await prepare(deploymentOf(current, move.epoch, await variantOf(move.fromEndpointName)))
      : { endpointConfigName: move.endpointConfigName };
  if ('problem' in prepared) return refuse([configurationReason(prepared.problem)]);
  const { endpointConfigName } = prepared;
  if (move.endpointConfigName === undefined) {
    // If we crash after this, the next try creates the endpoint; an endpoint that is there before it is not ours.
    await store.commit(expecting(recordOpening(move, current, endpointConfigName, now()), pointer, to), now());
  }
  await createEndpoint(move.toEndpointName, endpointConfigName, current.serving);
  return 'opening';
});

/** Instances are scaled under this name, which the new endpoint keeps. */
const variantOf = async (endpointName: string): Promise<string | undefined> =>
  (await findEndpoint(endpointName))?.variants[0];
