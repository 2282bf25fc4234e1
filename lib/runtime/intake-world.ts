import * as z from 'zod';
import { ecrImageRegistry } from '../adapters/ecr-image-registry.ts';
import { kmsMacMaker } from '../adapters/kms-link-mac.ts';
import { s3Sources } from '../adapters/s3-evidence-store.ts';
import { findEndpoint } from '../adapters/sagemaker-endpoints.ts';
import { modelPackagesAt } from '../adapters/sagemaker-registry.ts';
import { inTime, patientWorld } from '../domain/intake/patience.ts';
import type { IntakeWorld } from '../domain/intake/request-release.ts';
import { unknownName } from '../domain/intake/unknown-name.ts';
import { ServingDefaults } from '../domain/release/deployment.ts';
import type { Writer } from '../rights/writers.ts';
import { now } from './clock.ts';
import { clausesAt, directoryAt, modelBucketsAt, policiesAt } from './configuration.ts';
import { ApproversEnv, ModelBucketsEnv, PolicyEnv, RegimesEnv } from './configuration-env.ts';
import { releaseStoreOf } from './release-store.ts';

export const IntakeEnv = z.object({
  TABLE_NAME: z.string().min(1),
  ...PolicyEnv.shape,
  ...ApproversEnv.shape,
  ...RegimesEnv.shape,
  ...ModelBucketsEnv.shape,
  ACCOUNT_ID: z.string().min(1),
  /** The HMAC key that hides unknown names in the ledger, and does nothing else. */
  NAMES_KEY_ID: z.string().min(1),
  /** What the ARNs of all model packages of this account and region begin with. */
  MODEL_PACKAGES_ARN: z.string().startsWith('arn:'),
  SERVING_DEFAULTS: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(ServingDefaults),
});

/**
 * What the intake works with, the same for every door that releases come in by. All that one request asks of others has this
 * long together, the deployed policy and directory included.
 */
export const intakeWorld = (
  writer: Writer,
  env: z.output<typeof IntakeEnv>,
  patienceMs: number,
): (() => Promise<IntakeWorld>) => {
  const store = releaseStoreOf(writer, env.TABLE_NAME);
  const names = kmsMacMaker(env.NAMES_KEY_ID);
  const policies = policiesAt(env);
  const directory = directoryAt(env);
  const clauses = clausesAt(env);
  const buckets = modelBucketsAt(env, env.ACCOUNT_ID);
  return async () => {
    const patience = AbortSignal.timeout(patienceMs);
    const deployed = <T>(read: () => Promise<T>) => inTime(patience, 'Amazon S3', read);
    const { base: policy, scoped } = await deployed(policies);
    const rules = { buckets: await deployed(buckets), accountId: env.ACCOUNT_ID };
    const world = {
      store,
      evidence: s3Sources(rules, patience),
      findEndpoint,
      images: ecrImageRegistry(patience),
      packages: modelPackagesAt(env.MODEL_PACKAGES_ARN, patience),
      servingDefaults: env.SERVING_DEFAULTS,
      policy,
      scoped,
      directory: await deployed(directory),
      clauses: await deployed(clauses),
      unknownName: (name: string) => unknownName(name, names),
      now,
    };
    return patientWorld(world, patience);
  };
};
