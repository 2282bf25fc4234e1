/** Does what `cdk deploy` with another policy or other people does: points the functions at new files. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { parse, stringify } from 'yaml';
import { loadDirectory, loadPolicy } from '../../../lib/domain/policy/load.ts';
import { sha256 } from '../../../lib/domain/signing/canonical-json.ts';
import { deployedBytes } from '../../support/deployed-files.ts';
import { setEnvironment } from './functions.ts';
import { MODEL_BUCKET } from './variant.ts';
import { root, s3 } from './world.ts';

type Document = Readonly<Record<string, unknown>>;

/** A file under `policies/`, as people write it. */
export const written = async (name: string): Promise<Document> =>
  parse(await readFile(join(root, 'policies', name), 'utf8'));

/** The functions that take releases in have the policy, and the one that orders, which names it on record; those that ask people, tell them or hear them have the directory. */
const POLICED = /ServeApi|ReceiveRelease|DeployEnd/;
/** CloudFormation cuts long names. */
const PEOPLED = /ServeA|ServeConsole|ReceiveRelease|DispatchOutbox|StoreApproval|EvaluateRisk/;

const put = async (folder: string, value: unknown) => {
  const Body = deployedBytes(value);
  const digest = sha256(Body);
  const key = `${folder}/${digest}.json`;
  await s3.send(new PutObjectCommand({ Bucket: MODEL_BUCKET, Key: key, Body }));
  return { key, digest };
};

/** Deploys a policy until it is restored. */
export const deployPolicy = async (document: Document): Promise<() => Promise<unknown>> => {
  const { key, digest } = await put('policies', loadPolicy(Buffer.from(stringify(document)), 'policy.yaml'));
  const variables = { POLICY_BUCKET: MODEL_BUCKET, POLICY_KEY: key, POLICY_SHA256: digest };
  const former = await setEnvironment(POLICED, variables);
  return () => setEnvironment(POLICED, former);
};

/** Deploys a directory of people until it is restored. */
export const deployPeople = async (document: Document): Promise<() => Promise<unknown>> => {
  const { key, digest } = await put('approvers', loadDirectory(Buffer.from(stringify(document)), 'approvers.yaml'));
  const variables = { APPROVERS_BUCKET: MODEL_BUCKET, APPROVERS_KEY: key, APPROVERS_SHA256: digest };
  const former = await setEnvironment(PEOPLED, variables);
  return () => setEnvironment(PEOPLED, former);
};
