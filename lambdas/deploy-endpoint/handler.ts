import { statesOfAlarms } from '../../lib/adapters/cloudwatch-alarms.ts';
import { kmsPublicKey } from '../../lib/adapters/kms-signer.ts';
import { sagemakerDeployer } from '../../lib/adapters/sagemaker-deployer.ts';
import { type EndpointWithVariants, findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { inForce } from '../../lib/domain/approval/in-force.ts';
import { readApproval } from '../../lib/domain/approval/read-approval.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { readStanding } from '../../lib/domain/change/read-standing.ts';
import { allOf, judgeApproval, judgeDeployment } from '../../lib/domain/gate/gate.ts';
import { recordDenied } from '../../lib/domain/gate/promotion.ts';
import { readObstacleRows } from '../../lib/domain/gate/read-obstacles.ts';
import { isOrdered, recordDeployment } from '../../lib/domain/gate/record-deployment.ts';
import { wasPromoted } from '../../lib/domain/gate/start-promotion.ts';
import { alarmReasons, fleetReasons } from '../../lib/domain/gate/strategy-reasons.ts';
import { stoppedByWindow } from '../../lib/domain/gate/wait-for-window.ts';
import { HOUR_MS, millisecondsOf } from '../../lib/domain/instant.ts';
import { notePolicy } from '../../lib/domain/intake/record-configuration-change.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { waitsOf } from '../../lib/domain/release/deployment-strategy.ts';
import { requireReadable } from '../../lib/domain/release/in-production.ts';
import { endpointNameOf, type Reason, type Release, requireEstablished } from '../../lib/domain/release/release.ts';
import { configurationReason } from '../../lib/domain/serving/departures.ts';
import { deploymentOf } from '../../lib/domain/serving/deployment.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { windowsOf } from '../../lib/runtime/freezes.ts';
import { promotionStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { findServed } from '../../lib/runtime/served.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('DeployEndpoint', env.TABLE_NAME);
const decisionKey = kmsPublicKey(env.DECISION_KEY_ID);
const findWindows = windowsOf(env);
const deployer = sagemakerDeployer(env.MODEL_EXECUTION_ROLE_ARN);

/** Twenty minutes. The outbox usually needs seconds, and parks a row after a quarter of an hour of retries at most. */
const REGISTRY_PATIENCE_MS = HOUR_MS / 3;

export const handler = promotionStep(store, 'deny', async (release) => {
  if (wasPromoted(release)) return 'deny';
  const endpointName = endpointNameOf(release);
  const { modelPackage, departures } = await findServed(release, env);
  // Read after what took a while, and held by every change below: a rollback or a hold may have come since the gate allowed it.
  const asked = store.get('pointer', release.modelName);
  // The end of the chain is one call with what follows from the pointer.
  const head = asked.then(() => store.head(release.modelName));
  const { deployed, activeAt } = await findWindows();
  const [approval, standing, rows, configuration, decisionKeyPem] = await Promise.all([
    readApproval(store, release),
    readStanding(store, release),
    readObstacleRows(release, store, asked),
    notePolicy(deployed.policy, store, now()),
    decisionKey.publicKeyPem(),
    head,
  ]);
  const { pointer, endpoint } = rows;
  const read = [approval.request, approval.content, ...standing.suspensions, configuration, ...Object.values(rows)];
  const deny = async (reasons: readonly Reason[]) => {
    const denied = recordDenied(release, { outcome: 'deny', reasons }, now());
    await store.commit(expecting(denied, ...read), now(), head);
    return 'deny' as const;
  };
  if (departures.length > 0) return deny(departures);
  const force = { release, ...approval, ...standing };
  const isInForce = inForce({ ...force, now: now() }).isInForce;
  if (isInForce && awaitsRegistry(release, modelPackage?.ModelApprovalStatus)) return 'not_approved_yet';
  const found = await findEndpoint(endpointName);
  const inProduction = endpoint === undefined ? requireReadable(await store.releasesInProduction()) : [];
  const approved = judgeApproval({ ...force, decisionKeyPem, now: now() });
  const decision = allOf(approved, judgeDeployment({ ...force, ...rows, found, inProduction, now: now() }));
  if (decision.outcome === 'deny') return deny(decision.reasons);
  const stop = async (endpointConfigName?: string) => {
    const at = now();
    const facts = { release, breakGlass: rows.breakGlass, freezes: activeAt(release, at), now: at };
    const stopped = stoppedByWindow({ ...facts, endpointConfigName });
    if (stopped !== undefined) await store.commit(expecting(stopped.change, ...read), at, head);
    return stopped?.outcome;
  };
  const stopped = await stop();
  if (stopped !== undefined) return stopped;
  const strategy = strategyFor(found, release);
  const unfit = await unfitReasons(release, found);
  if (unfit.length > 0) return deny(unfit);
  const prepared = await deployer.prepare(deploymentOf(release, (pointer?.epoch ?? 0) + 1, found?.variants[0]));
  if ('problem' in prepared) return deny([configurationReason(prepared.problem)]);
  const { endpointConfigName } = prepared;
  // The gate allowed this release to replace what was in production at that moment. If we waited for another update to
  // end, we would replace something that the gate has not seen.
  const busy = new Refusal('EndpointBusy', `${endpointName} is being updated to another configuration`);
  if (isUpdatedToAnother(found, endpointConfigName)) throw busy;
  if (!isOrdered(release, endpointConfigName)) {
    // A window may have begun since, and an order under another name is no order of this one.
    const late = await stop(endpointConfigName);
    if (late !== undefined) return late;
    const ordered = { endpointConfigName, endpoint, isNew: found === undefined, deployed, now: now() };
    await store.commit(expecting(recordDeployment(release, ordered), ...read), ordered.now, head);
  }
  const { serving } = release;
  const judged = { found, serving, strategy };
  if ((await deployer.order(endpointName, endpointConfigName, judged)) === 'busy') throw busy;
  return 'deploying';
});

/**
 * Whether the registry does not say `Approved` yet, without which nothing is deployed: the outbox updates it and may be a moment
 * behind. Of an approval that is not in force it never does.
 */
const awaitsRegistry = (release: Release, status: string | undefined): boolean => {
  if (status === 'Approved') return false;
  const since = millisecondsOf(requireEstablished(release, 'approvedAt'));
  if (millisecondsOf(now()) - since < REGISTRY_PATIENCE_MS) return true;
  throw new Error(`could not deploy: ${release.modelPackageArn} has been ${status} for twenty minutes`);
};

const isUpdatedToAnother = (found: EndpointWithVariants | undefined, endpointConfigName: string): boolean =>
  found?.condition === 'under_way' && found.headsFor !== endpointConfigName;

/** A new endpoint has no former fleet: there is no traffic to bring over, and no alarm could take any back. */
const strategyFor = (found: EndpointWithVariants | undefined, { serving }: Release) =>
  found === undefined ? undefined : serving?.deployment_strategy;

/**
 * Why the strategy cannot be carried out as people approved it, as things are before the order. Once that was given, and this step is
 * tried again, the alarms are SageMaker's to watch.
 */
const unfitReasons = async (release: Release, found: EndpointWithVariants | undefined): Promise<Reason[]> => {
  const { serving } = release;
  const strategy = strategyFor(found, release);
  if (serving === undefined || strategy === undefined || found?.headsFor === release.endpointConfigName) return [];
  const fleet = { endpointName: endpointNameOf(release), instances: found?.instances ?? serving.instance_count };
  const watchedSeconds = waitsOf(strategy, fleet.instances);
  return [
    ...fleetReasons(serving, strategy, fleet),
    ...alarmReasons(await statesOfAlarms(strategy.alarms), watchedSeconds),
  ];
};
