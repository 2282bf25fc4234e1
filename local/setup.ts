/** What a local AWS is started with: the story of the example, or an empty account for a model of one's own. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../lib/cli/command.ts';
import { loadPoliciesAt } from '../lib/cli/files/policy-file.ts';
import type { ApproverDirectory } from '../lib/domain/policy/directory.ts';
import { loadDirectory } from '../lib/domain/policy/load.ts';
import type { PolicyRecord } from '../lib/domain/policy/policy-record.ts';
import { Refusal } from '../lib/domain/refusal.ts';
import { LocalProblem } from './problem.ts';

export const Setup = z.strictObject({
  /** Whether the account has no example in it. */
  isEmpty: z.boolean(),
  policyFile: z.string(),
  approversFile: z.string(),
  /** Where artifacts and evidence of releases lie. */
  modelBucket: z.string(),
});
export type Setup = z.infer<typeof Setup>;

/** The bucket that the manifests of the example name. */
export const EXAMPLE_BUCKET = 'assay-example-models';
const OWN_BUCKET = 'assay-models';

/** The story has its own policy and people, so that it plays whatever yours say. */
export const storySetup = (root: string): Setup => ({
  isEmpty: false,
  policyFile: join(root, 'examples/hmda-mortgage/governance-policy.yaml'),
  approversFile: join(root, 'examples/hmda-mortgage/approvers.yaml'),
  modelBucket: EXAMPLE_BUCKET,
});

export type Own = {
  readonly policy?: string | undefined;
  readonly approvers?: string | undefined;
  readonly bucket?: string | undefined;
};

/** Files are named from where the user is, not from where the project is. */
export const emptySetup = (root: string, { policy, approvers, bucket = OWN_BUCKET }: Own, directory: string): Setup => {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new LocalProblem(
      `--bucket: ${bucket} is not the name of a bucket, which has small letters, digits and dashes.`,
    );
  }
  const fileOf = (named: string | undefined, fallback: string) =>
    named === undefined ? join(root, fallback) : resolve(directory, named);
  return {
    isEmpty: true,
    policyFile: fileOf(policy, 'policies/governance-policy.yaml'),
    approversFile: fileOf(approvers, 'policies/approvers.yaml'),
    modelBucket: bucket,
  };
};

export type Governance = {
  /** The base, and what overlays make of it. */
  readonly policies: readonly [PolicyRecord, ...PolicyRecord[]];
  readonly directory: ApproverDirectory;
};

/** The policies and the people of a setup. A faulty file is a problem with the place of every fault, before anything starts. */
export const readGovernance = async ({ policyFile, approversFile }: Setup): Promise<Governance> => {
  const around = { directory: '/' };
  const [policies, directory] = await Promise.all([
    readOrWhy(policyFile, () => loadPoliciesAt(around, policyFile)),
    readOrWhy(approversFile, async () => loadDirectory(await readFile(approversFile), approversFile)),
  ]);
  const problems = [policies, directory].flatMap((read) => ('problem' in read ? [read.problem] : []));
  if ('problem' in policies || 'problem' in directory) throw new LocalProblem(problems.join('\n\n'));
  const { base, overlays } = policies.value;
  return { policies: [base.policy, ...overlays.map(({ policy }) => policy)], directory: directory.value };
};

type Read<T> = { readonly value: T } | { readonly problem: string };

const readOrWhy = async <T>(file: string, load: () => Promise<T>): Promise<Read<T>> => {
  try {
    return { value: await load() };
  } catch (error) {
    if (error instanceof Refusal) return { problem: faultsOf(error, file) };
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code === 'ENOENT' || error instanceof UsageError) return { problem: `There is no file ${file}.` };
    if (code === 'EISDIR') return { problem: `${file} is a folder, and a file is needed.` };
    throw error;
  }
};

const faultsOf = ({ violations }: Refusal, file: string): string =>
  [
    `${file} has faults:`,
    ...violations.map(({ field, problem }) => `  ${field.replace(`${file}:`, '')}  ${problem}`),
  ].join('\n');
