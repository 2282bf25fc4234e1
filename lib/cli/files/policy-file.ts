/** How the commands about policies read their files. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ApproverDirectory } from '../../domain/policy/directory.ts';
import { type Judge, loadDirectory } from '../../domain/policy/load.ts';
import { type LoadedPolicies, loadOnePolicy, loadPolicies, scopedPolicies } from '../../domain/policy/load-policies.ts';
import type { Policies } from '../../domain/policy/scoped-policies.ts';
import { type Surroundings, UsageError } from '../command.ts';
import { plain } from '../terminal/text.ts';

/** The default files of a deployment's policy and approvers. */
export const DEFAULT_POLICY = 'policies/governance-policy.yaml';
export const DEFAULT_APPROVERS = 'policies/approvers.yaml';

/** The policy of a file, or the policies of a folder. */
export const loadPoliciesAt = async (
  { directory }: Pick<Surroundings, 'directory'>,
  path: string,
  judge?: Judge,
): Promise<LoadedPolicies> => {
  if (!(await isFolder(resolve(directory, path)))) {
    return loadOnePolicy(path, (await bytesOf(directory, path)) ?? missing(path));
  }
  const entries = await readdir(resolve(directory, path), { withFileTypes: true });
  const files = entries.map(async (entry) => {
    const file = join(path, entry.name);
    return {
      file,
      name: entry.name,
      bytes: entry.isDirectory() ? undefined : await readFile(resolve(directory, file)),
    };
  });
  return loadPolicies(path, await Promise.all(files), judge);
};

export const readPolicies = async (around: Surroundings, path: string): Promise<Policies> => {
  const loaded = await loadPoliciesAt(around, path);
  return { base: loaded.base.policy, scoped: scopedPolicies(loaded) };
};

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

export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

export const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

const bytesOf = (directory: string, file: string): Promise<Uint8Array | undefined> =>
  readFile(resolve(directory, file)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });

/** Where nobody named a file. */
const MISSING_HINTS: Readonly<Record<string, string>> = { [DEFAULT_POLICY]: ': name yours with --policy FILE' };

const missing = (file: string): never => {
  throw new UsageError(`there is no ${plain(file)} here${MISSING_HINTS[file] ?? ''}`);
};
