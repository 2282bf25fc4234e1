import { type ArchivedFile, filesInArchive } from './archive.ts';
import { hashFile, isSameFile } from './hash-file.ts';
import type { SignedFiles } from './signed-files.ts';

/** Enough to say so: an archive may hold millions. */
const UNSIGNED_MAX = 100;

/** How the files of an artifact differ from those that are signed. */
export type FileDifferences = {
  readonly changed: readonly string[];
  readonly missing: readonly string[];
  readonly unsigned: readonly string[];
};

/**
 * Establishes that an artifact is what was signed: an archive of exactly the files, or one file of them. `undefined` if it
 * is neither; an archive is compared file by file.
 */
export const compareFiles = async (
  bytes: () => Promise<AsyncIterable<Uint8Array>>,
  signed: SignedFiles,
  allowedUnsigned: readonly string[],
): Promise<FileDifferences | undefined> => {
  const archive = await filesInArchive(await bytes());
  if (archive !== undefined) return compareArchive(archive, signed, allowedUnsigned);
  const own = await hashFile(await bytes(), signed);
  return [...signed.files.values()].some((file) => isSameFile(file, own))
    ? { changed: [], missing: [], unsigned: [] }
    : undefined;
};

const compareArchive = async (
  archive: AsyncIterable<ArchivedFile>,
  signed: SignedFiles,
  allowedUnsigned: readonly string[],
): Promise<FileDifferences> => {
  const found = new Set<string>();
  const changed: string[] = [];
  const unsigned: string[] = [];
  for await (const file of archive) {
    if (unsigned.length === UNSIGNED_MAX) break;
    // The second file of one name replaces the first when the archive is unpacked, and other readers keep the first.
    const path = file.path === undefined || found.has(file.path) ? undefined : file.path;
    if (file.path !== undefined) found.add(file.path);
    if (path === undefined || file.content === undefined) unsigned.push(file.name);
    else if (!signed.files.has(path)) unsigned.push(...[path].filter((name) => !allowedUnsigned.includes(name)));
    else if (!isSameFile(signed.files.get(path), await hashFile(file.content, signed))) changed.push(path);
  }
  return { changed, missing: [...signed.files.keys()].filter((path) => !found.has(path)), unsigned };
};
