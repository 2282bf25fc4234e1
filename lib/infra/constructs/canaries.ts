import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { STAGES } from '../../domain/checks/known-checks.ts';
import { DeadLetters } from './dead-letters.ts';
import { deliverTo } from './event-delivery.ts';
import { type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { arnsByStage, type StageFunctions } from './stage-functions.ts';

/** Every check proves itself so often, and whatever it said since then is in doubt if it fails to. */
const EVERY = Duration.hours(6);

/** Runs the canaries of all checks on schedule, in the Lambdas that judge releases. */
export const runCanaries = (scope: Construct, on: Foundations, stages: StageFunctions): GovernedFunction => {
  const proved = Object.entries(arnsByStage(stages)).map(([stage, functionArn]) => ({
    functionArn,
    checks: STAGES.find((known) => known.stage === stage)?.checks.map(({ name }) => name) ?? [],
  }));
  const deadLetters = new DeadLetters(scope, 'CanaryDeadLetters', on);
  const run = new GovernedFunction(scope, 'RunCanaries', {
    defaults: on.defaults,
    timeoutSeconds: 600,
    deadLetters: deadLetters.queue,
    environment: { ...tableOf(on), CANARIES: Stack.of(scope).toJsonString(proved) },
  });
  on.store.allowCommit(run);
  run.allow({ actions: ['lambda:InvokeFunction'], resources: proved.map(({ functionArn }) => functionArn) });
  new Rule(scope, 'CanariesDue', { schedule: Schedule.rate(EVERY), targets: [deliverTo(run, deadLetters)] });
  return run;
};
