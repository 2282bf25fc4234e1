import * as z from 'zod';
import { readObject } from '../adapters/s3-objects.ts';
import type { Sha256 } from '../domain/identifiers.ts';
import { ClauseDays } from '../domain/policy/clause-days.ts';
import { CONFIGURATION_MAX_BYTES } from '../domain/policy/configuration-limit.ts';
import { DirectoryRecord } from '../domain/policy/directory-record.ts';
import { OWN_ACCOUNT } from '../domain/policy/own-account.ts';
import { Policies } from '../domain/policy/scoped-policies.ts';
import { Refusal } from '../domain/refusal.ts';
import { sha256 } from '../domain/signing/canonical-json.ts';
import type { ApproversEnv, ModelBucketsEnv, PolicyEnv, RegimesEnv } from './configuration-env.ts';

/** The policies that new releases start with: a missing overlay would be the laxer policy, so all are in one file. */
export const policiesAt = (env: PolicyEnv): (() => Promise<Policies>) =>
  onceFrom({ bucket: env.POLICY_BUCKET, key: env.POLICY_KEY, digest: env.POLICY_SHA256 }, Policies);

/** Who may be asked to approve, today. */
export const directoryAt = (env: ApproversEnv): (() => Promise<DirectoryRecord>) =>
  onceFrom({ bucket: env.APPROVERS_BUCKET, key: env.APPROVERS_KEY, digest: env.APPROVERS_SHA256 }, DirectoryRecord);

/** When the clauses of the regimes hold. */
export const clausesAt = (env: RegimesEnv): (() => Promise<ClauseDays>) =>
  onceFrom({ bucket: env.REGIMES_BUCKET, key: env.REGIMES_KEY, digest: env.REGIMES_SHA256 }, ClauseDays);

/** The buckets that releases may come from, in this account. */
export const modelBucketsAt = (env: ModelBucketsEnv, accountId: string): (() => Promise<readonly string[]>) => {
  const { MODEL_BUCKETS_BUCKET: bucket, MODEL_BUCKETS_KEY: key, MODEL_BUCKETS_SHA256: digest } = env;
  const read = onceFrom({ bucket, key, digest }, z.array(z.string()));
  return async () => (await read()).map((name) => name.replaceAll(OWN_ACCOUNT, accountId));
};

type Deployed = { readonly bucket: string; readonly key: string; readonly digest: Sha256 };

/** A deployed file does not change as long as the function does not, so a container may cache it. */
const onceFrom = <Schema extends z.ZodType>(deployed: Deployed, schema: Schema): (() => Promise<z.output<Schema>>) => {
  let read: Promise<z.output<Schema>> | undefined;
  return () => {
    read ??= readFrom(deployed, schema).catch((cause: unknown) => {
      read = undefined;
      // The caller has done nothing wrong: if a deployed file cannot be read, that is a fault and no refusal.
      throw cause instanceof Refusal ? new Error(cause.message, { cause }) : cause;
    });
    return read;
  };
};

/**
 * The file was made at synth from the YAML that people write, whose errors were reported there by line and column.
 * Anybody with access to the asset bucket could replace it, so its bytes are compared with the digest of those that
 * were deployed.
 */
const readFrom = async <Schema extends z.ZodType>(
  { digest, ...place }: Deployed,
  schema: Schema,
): Promise<z.output<Schema>> => {
  const bytes = await readObject(place, CONFIGURATION_MAX_BYTES);
  const found = sha256(bytes);
  if (found !== digest) {
    throw new Error(`could not read s3://${place.bucket}/${place.key}: it hashes to ${found}, not to ${digest}`);
  }
  return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
};
