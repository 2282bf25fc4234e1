import { entriesInArchive } from './archive.ts';
import { entryRefusal } from './archive-refusal.ts';
import { hashFile, isSameFile } from './hash-file.ts';
import type { SignedFiles } from './signed-files.ts';
import { type ArchivedEntry, DIFFER } from './tar.ts';

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
  const archive = await entriesInArchive(await bytes());
  if (archive !== undefined) return compareArchive(archive, signed, allowedUnsigned);
  const own = await hashFile(await bytes(), signed);
  return [...signed.files.values()].some((file) => isSameFile(file, own))
    ? { changed: [], missing: [], unsigned: [] }
    : undefined;
};

const compareArchive = async (
  archive: AsyncIterable<ArchivedEntry>,
  signed: SignedFiles,
  allowedUnsigned: readonly string[],
): Promise<FileDifferences> => {
  const found = new Map<string, ArchivedEntry['kind']>();
  const changed: string[] = [];
  const unsigned: string[] = [];
  for await (const { name, kind, content } of archive) {
    if (unsigned.length === UNSIGNED_MAX) break;
    const path = pathOf(name);
    const isFree = path !== undefined && isFreeFor(kind, found.get(path));
    if (path !== undefined) found.set(path, kind);
    if (path === undefined || !isFree) unsigned.push(name);
    else if (kind === 'directory') continue;
    else if (!signed.files.has(path)) unsigned.push(...[path].filter((file) => !allowedUnsigned.includes(file)));
    else if (!isSameFile(signed.files.get(path), await hashFile(content, signed))) changed.push(path);
  }
  assertNoneBelowFile(found);
  const missing = [...signed.files.keys()].filter((path) => (found.get(path) ?? 'directory') === 'directory');
  return { changed, missing, unsigned };
};

/**
 * Whether an entry may stand at a path. What stands there already is replaced by some who unpack, and kept by others; only
 * a folder may be named again.
 */
const isFreeFor = (kind: ArchivedEntry['kind'], former: ArchivedEntry['kind'] | undefined): boolean =>
  kind === 'directory' ? former === undefined || former === kind : kind === 'file' && former === undefined;

/** Of a file and what lies below it, some who unpack keep the one and some the other, though both may be signed. */
const assertNoneBelowFile = (found: ReadonlyMap<string, ArchivedEntry['kind']>): void => {
  // A zero sorts before all that a name may have: what lies below a path comes next after it.
  const paths = [...found.keys()].map((path) => path.replaceAll('/', '\0')).sort();
  for (const [index, path] of paths.entries()) {
    const above = paths[index - 1]?.replaceAll('\0', '/');
    if (above === undefined || found.get(above) === 'directory') continue;
    const name = path.replaceAll('\0', '/');
    if (name.startsWith(`${above}/`)) throw entryRefusal(name, `lies below what is no folder, ${DIFFER}`);
  }
};

/**
 * Names that mean one file to whoever unpacks are one path: `./model//a` is `model/a`. Undefined if it leads out. The root
 * itself may be written as `/`, as SageMaker's own tools do.
 */
const pathOf = (name: string): string | undefined => {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  const leadsOut = parts.includes('..') || (name.startsWith('/') && parts.length > 0);
  return leadsOut ? undefined : parts.join('/');
};
