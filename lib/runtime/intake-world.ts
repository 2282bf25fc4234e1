import { dynamodbReleaseStore } from '../adapters/dynamodb-release-store.ts';
import { s3Sources } from '../adapters/s3-evidence-store.ts';
import type { IntakeWorld } from '../domain/intake/request-release.ts';
import { now } from './clock.ts';
import { directoryAt, policyAt } from './configuration.ts';

type IntakeEnv = {
  readonly TABLE_NAME: string;
  readonly POLICY_BUCKET: string;
  readonly POLICY_KEY: string;
  readonly APPROVERS_BUCKET: string;
  readonly APPROVERS_KEY: string;
  readonly MODEL_BUCKETS: readonly string[];
  readonly ACCOUNT_ID: string;
};

/** The world of the intake, for every door that releases come in by. */
export const intakeWorld = (env: IntakeEnv): (() => Promise<IntakeWorld>) => {
  const store = dynamodbReleaseStore(env.TABLE_NAME);
  const evidence = s3Sources({ buckets: env.MODEL_BUCKETS, accountId: env.ACCOUNT_ID });
  const policy = policyAt({ bucket: env.POLICY_BUCKET, key: env.POLICY_KEY });
  const directory = directoryAt({ bucket: env.APPROVERS_BUCKET, key: env.APPROVERS_KEY });
  return async () => ({ store, evidence, policy: await policy(), directory: await directory(), now });
};
