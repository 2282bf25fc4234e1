/** How the commands about policies read their files. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ApproverDirectory } from '../../domain/policy/directory.ts';
import { loadDirectory, loadPolicy } from '../../domain/policy/load.ts';
import type { GovernancePolicy } from '../../domain/policy/policy.ts';
import { type Surroundings, UsageError } from '../command.ts';
import { plain } from '../terminal/text.ts';

/** The default files of a deployment's policy and approvers. */
export const DEFAULT_POLICY = 'policies/governance-policy.yaml';
export const DEFAULT_APPROVERS = 'policies/approvers.yaml';

export const readPolicy = async ({ directory }: Surroundings, file: string): Promise<GovernancePolicy> =>
  loadPolicy((await bytesOf(directory, file)) ?? missing(file), file);

/** The approvers. The default file may be missing; a file that was named must exist. */
export const readApprovers = async (
  { directory }: Surroundings,
  named: string | undefined,
): Promise<ApproverDirectory | undefined> => {
  const file = named ?? DEFAULT_APPROVERS;
  const bytes = await bytesOf(directory, file);
  if (bytes !== undefined) return loadDirectory(bytes, file);
  return named === undefined ? undefined : missing(file);
};

const bytesOf = (directory: string, file: string): Promise<Uint8Array | undefined> =>
  readFile(resolve(directory, file)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });

const missing = (file: string): never => {
  throw new UsageError(`there is no ${plain(file)} here`);
};
