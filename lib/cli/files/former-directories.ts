/** The versions of a directory that were perhaps deployed: each is an object that is named by its digest. */
import { execFile } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Sha256 } from '../../domain/identifiers.ts';
import { FORMER_NAME } from '../../domain/policy/former-person.ts';
import { loadDirectory } from '../../domain/policy/load.ts';
import { type CanonicalValue, canonicalSha256 } from '../../domain/signing/canonical-json.ts';

export type FormerDirectory = {
  /** The digest that configurations on record name; undefined if this version of Assay cannot read it. */
  readonly sha256: Sha256 | undefined;
  /** Where it is from: a commit, or the file as it is. */
  readonly from: string;
};

/** The digest of a directory as it is deployed, if it names this person; undefined if it does not. */
export const directoryWith = (id: string, bytes: Uint8Array, from: string): FormerDirectory | undefined => {
  try {
    const directory = loadDirectory(bytes, from);
    const names = directory.people.some((person) => person.id === id && person.name !== FORMER_NAME);
    // The cast holds: the loader yields text, integers, booleans, lists and maps.
    return names ? { sha256: canonicalSha256(directory as unknown as CanonicalValue), from } : undefined;
  } catch {
    // An earlier version may have been written for an earlier Assay, or have been no directory at all.
    return { sha256: undefined, from };
  }
};

/** Those that git has of this file under its name, of any branch, the newest first. None where there is no git, or no repository. */
export const formerDirectories = async (file: string, id: string): Promise<FormerDirectory[]> => {
  const [folder, name] = [dirname(file), basename(file)];
  const commits = (await git(folder, 'log', '--all', '--full-history', '--format=%h', '--', name))
    .toString()
    .split('\n')
    .filter(Boolean);
  const found: FormerDirectory[] = [];
  for (const commit of commits) {
    const bytes = await git(folder, 'show', `${commit}:./${name}`);
    const former = directoryWith(id, bytes, `commit ${commit}`);
    if (former !== undefined) found.push(former);
  }
  return found;
};

const git = async (cwd: string, ...args: readonly string[]): Promise<Buffer> => {
  try {
    const options = { cwd, encoding: 'buffer', maxBuffer: 16 * 1024 ** 2 } as const;
    return (await promisify(execFile)('git', [...args], options)).stdout;
  } catch {
    return Buffer.alloc(0);
  }
};
