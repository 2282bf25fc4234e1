import type { RiskTier } from '../identifiers.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import { strategyFaults } from '../release/asked-strategy.ts';
import { type DeploymentStrategy, isGradual, LEAST_WATCHED_SECONDS, waitsOf } from '../release/deployment-strategy.ts';
import type { Reason } from '../release/release.ts';
import type { ServingSpecification } from '../release/serving-specification.ts';

/** As far as the strategy of a deployment goes. */
type Fleet = Pick<ServingSpecification, 'instance_count'> & {
  readonly deployment_strategy?: DeploymentStrategy | undefined;
};

/** Why a release is not deployed as the policy demands it at its tier; empty if it is. */
export const strategyReasons = (
  { tiers }: Pick<PolicyRecord, 'tiers'>,
  tier: RiskTier,
  fleet: Fleet | undefined,
): Reason[] => {
  if (tiers[tier].gradual_deployment !== true) return [];
  const strategy = fleet?.deployment_strategy;
  if (fleet === undefined || strategy === undefined) return demanded(tier, 'none');
  const { instance_count: count } = fleet;
  const watched = `watched for ${waitsOf(strategy, count)} seconds`;
  return isGradual(strategy, count)
    ? []
    : demanded(tier, `${strategy.type} with ${strategy.alarms.length} alarms, ${watched}`);
};

const demanded = (tier: RiskTier, found: string): Reason[] =>
  because([
    `at tier ${tier} the policy asks for a deployment strategy that is CANARY or LINEAR, with one alarm at least, which is watched for ${LEAST_WATCHED_SECONDS} seconds; the release has ${found}`,
  ]);

/**
 * What SageMaker would refuse, or not end in time, of a strategy that was approved for another number of instances than the endpoint
 * has now: an update keeps that, however it was scaled.
 */
export const fleetReasons = (
  serving: ServingSpecification,
  strategy: DeploymentStrategy,
  { endpointName, instances }: { readonly endpointName: string; readonly instances: number },
): Reason[] =>
  because(
    strategyFaults({ strategy, instance_type: serving.instance_type, instance_count: instances }).map(
      ({ path, message }) =>
        `${endpointName} has ${instances} ${instances === 1 ? 'instance' : 'instances'} now, which an update keeps: ${path.join('.')} ${message}; scale it to ${serving.instance_count}, and ask for the promotion again`,
    ),
  );

/** An alarm that is to take a deployment back, as CloudWatch has it; no state if it is not there. */
export type WatchedAlarm = {
  readonly name: string;
  readonly state: string | undefined;
  /** For how long what it watches has to be bad before it goes off, at least. */
  readonly needsSeconds?: number | undefined;
};

/** Why a strategy is not carried out: what is not there, or has nothing to go by, takes nothing back. */
export const alarmReasons = (alarms: readonly WatchedAlarm[], watchedSeconds: number): Reason[] =>
  because(
    alarms.flatMap(({ name, state, needsSeconds = 0 }) => {
      const whose = 'which people approved to take the deployment back';
      if (state === 'OK' && needsSeconds <= watchedSeconds) return [];
      if (state === 'OK') {
        return [
          `alarm ${name}, ${whose}, needs ${needsSeconds} seconds to go off, and is watched for ${watchedSeconds}: let it need less, or release again with a strategy that waits longer`,
        ];
      }
      return state === undefined
        ? [`there is no metric alarm ${name}, ${whose}: create it, and ask for the promotion again`]
        : [
            `alarm ${name}, ${whose}, says ${state} and not OK before it begins: ask for the promotion again once it does`,
          ];
    }),
  );

const because = (explanations: readonly string[]): Reason[] =>
  explanations.map((explanation) => ({ rule: 'deployment_strategy', evidence: '', explanation }));
