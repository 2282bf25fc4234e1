/** Which commit a folder is at, as git says. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export type GitFacts = { readonly commit?: string | undefined; readonly author?: string | undefined };

/** Nothing where there is no git or no repository: then a person has to write it. */
export const gitFacts = async (folder: string): Promise<GitFacts> => {
  const [commit, author] = await Promise.all([ask(folder, '%H'), ask(folder, '%ae')]);
  return { commit, author };
};

const ask = async (folder: string, format: string): Promise<string | undefined> => {
  try {
    const { stdout } = await promisify(execFile)('git', ['log', '-1', `--format=${format}`], { cwd: folder });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
};
