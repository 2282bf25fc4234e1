import { invokeCustomCheck } from '../../lib/adapters/lambda-custom-check.ts';
import { timer } from '../../lib/adapters/timer.ts';
import { makeCustomChecks } from '../../lib/domain/checks/custom-checks.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { checkingStep } from '../../lib/runtime/evaluate-stage.ts';
import { Env } from './env.ts';

export const handler = checkingStep({ stage: 'custom_checks', env: readEnv(Env) }, async (release, used) => ({
  runs: await makeCustomChecks(release, used, { invoke: invokeCustomCheck, timer }),
}));
