import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { invokeCustomCheck } from '../../lib/adapters/lambda-custom-check.ts';
import { makeCustomChecks } from '../../lib/domain/checks/custom-checks.ts';
import { now, timer } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { checkingStep } from '../../lib/runtime/evaluate-stage.ts';
import { Env } from './env.ts';

export const handler = checkingStep(
  { stage: 'custom_checks', store: dynamodbReleaseStore(readEnv(Env).TABLE_NAME), now },
  async (release, used) => ({ runs: await makeCustomChecks(release, used, { invoke: invokeCustomCheck, timer }) }),
);
