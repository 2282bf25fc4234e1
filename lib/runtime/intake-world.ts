import { dynamodbReleaseStore } from '../adapters/dynamodb-release-store.ts';
import { s3Sources } from '../adapters/s3-evidence-store.ts';
import type { IntakeWorld } from '../domain/intake/request-release.ts';
import { now } from './clock.ts';
import { directoryAt, policyAt } from './configuration.ts';
import type { ApproversEnv, PolicyEnv } from './configuration-env.ts';

type IntakeEnv = PolicyEnv &
  ApproversEnv & {
    readonly TABLE_NAME: string;
    readonly MODEL_BUCKETS: readonly string[];
    readonly ACCOUNT_ID: string;
  };

/** What the intake works with, the same for every door that releases come in by. */
export const intakeWorld = (env: IntakeEnv): (() => Promise<IntakeWorld>) => {
  const store = dynamodbReleaseStore(env.TABLE_NAME);
  const evidence = s3Sources({ buckets: env.MODEL_BUCKETS, accountId: env.ACCOUNT_ID });
  const policy = policyAt(env);
  const directory = directoryAt(env);
  return async () => ({ store, evidence, policy: await policy(), directory: await directory(), now });
};
