/** The files that a manifest names, found and hashed as the release would pin them. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileChunks } from '../../adapters/counting/file-chunks.ts';
import { type Advance, sha256Of } from '../../adapters/hashed-stream.ts';
import type { Downloads, FoundObject } from '../../adapters/s3-downloads.ts';
import type { EvidenceSources } from '../../domain/checks/evidence-readers.ts';
import type { Sha256 } from '../../domain/identifiers.ts';
import { Refusal, type Violation } from '../../domain/refusal.ts';
import { EvidenceName } from '../../domain/release/manifest.ts';
import { ARTIFACT_MAX_BYTES, EVIDENCE_MAX_BYTES, Pinned } from '../../domain/release/release.ts';
import { progressOf } from '../terminal/progress.ts';
import type { Place, PlaceName } from './manifest-places.ts';
import { missingSignature } from './missing-signature.ts';

/** A file on this machine: `where` it came from, and the `path` under which it is read. */
export type HeldFile = {
  readonly name: PlaceName;
  readonly field: string;
  readonly where: string;
  readonly path: string;
  /** Whether it lies in a bucket without versioning, from which a release accepts nothing. */
  readonly isUnversioned: boolean;
  readonly sizeBytes: number;
  readonly sha256: Sha256;
};

type World = {
  readonly downloads: () => Promise<Downloads>;
  /** Where downloads go. */
  readonly folder: string;
  readonly say: (text: string) => void;
};

type Found = {
  readonly place: Place;
  readonly where: string;
  readonly sizeBytes: number;
  readonly object?: FoundObject;
};
type Problem = { readonly problem: string };

/** Finds and hashes every file, or refuses and names each missing one, together with the faults already known. */
export const holdFiles = async (
  places: readonly Place[],
  known: readonly Violation[],
  world: World,
): Promise<HeldFile[]> => {
  const unsigned = await missingSignature(places);
  const look = async (place: Place): Promise<Found | Problem> =>
    place.field === unsigned?.field
      ? { problem: `${unsigned.where} is not there: ${unsigned.howTo}` }
      : find(place, world);
  const found = await Promise.all(places.map(async (place) => ({ place, found: await look(place) })));
  refuse([...known, ...found.flatMap(({ place, found }) => violationOf(place, found))], places, known.length > 0);
  const held: { place: Place; file: HeldFile | Problem }[] = [];
  for (const { place, found: one } of found) {
    if (!('problem' in one)) held.push({ place, file: await hold(one, world, join(world.folder, place.name)) });
  }
  refuse(
    held.flatMap(({ place, file }) => violationOf(place, file)),
    places,
    false,
  );
  return held.flatMap(({ file }) => ('problem' in file ? [] : [file]));
};

/** What a release keeps of its files. */
export const pinnedOf = (files: readonly HeldFile[]): Pinned => {
  const [artifact] = files.filter(({ name }) => name === 'artifact');
  const evidence = files.filter(({ name }) => name !== 'artifact');
  return Pinned.parse({
    artifactSha256: artifact?.sha256,
    evidence: Object.fromEntries(evidence.map(({ name, sha256, sizeBytes }) => [name, { sha256, sizeBytes }])),
  });
};

/** The bytes of a held file. A change since it was hashed is detected. */
export const bytesFrom =
  (files: readonly HeldFile[]): EvidenceSources['bytes'] =>
  async (sha256, maxBytes) => {
    const { path, where, sizeBytes } = fileOf(files, sha256);
    if (sizeBytes > maxBytes) {
      throw new Refusal('EvidenceUnreadable', `${where} has ${sizeBytes} bytes; the limit is ${maxBytes}`);
    }
    const bytes = await readFile(path);
    if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
    throw new Refusal('EvidenceDigestMismatch', `${where} changed while it was being checked`);
  };

export const fileOf = (files: readonly HeldFile[], sha256: Sha256): HeldFile => {
  const file = files.find((held) => held.sha256 === sha256);
  if (file === undefined) throw new Error(`no file here hashes to ${sha256}`);
  return file;
};

const find = async (place: Place, { downloads }: World): Promise<Found | Problem> => {
  if (place.kind === 'file') return findHere(place, place.path);
  const object = await (await downloads()).find(place.uri);
  if ('problem' in object) return { problem: `${place.uri} ${object.problem}` };
  return bounded({ place, where: place.uri, sizeBytes: object.sizeBytes, object });
};

const findHere = async (place: Place, path: string): Promise<Found | Problem> => {
  try {
    const found = await stat(path);
    if (!found.isFile()) return { problem: `${path} is not a file` };
    return bounded({ place, where: path, sizeBytes: found.size });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
    return { problem: `${path} ${code === 'ENOENT' ? 'is not there' : `cannot be read: ${String(code)}`}` };
  }
};

/** Refuses a file that is larger than any release may bring. */
const bounded = (found: Found): Found | Problem => {
  const maxBytes = EvidenceName.safeParse(found.place.name).success ? EVIDENCE_MAX_BYTES : ARTIFACT_MAX_BYTES;
  return found.sizeBytes > maxBytes
    ? { problem: `${found.where} has ${found.sizeBytes} bytes; the limit is ${maxBytes}` }
    : found;
};

const hold = async ({ place, where, sizeBytes, object }: Found, world: World, file: string) => {
  const { name, field } = place;
  const verb = object === undefined ? 'hashing' : 'downloading';
  const advance = progressOf(world.say, `${verb} ${where}`, sizeBytes);
  const path = place.kind === 'file' ? place.path : file;
  const sha256 =
    object === undefined
      ? await hashHere(path, advance)
      : await (await world.downloads()).download(object, file, advance);
  if (typeof sha256 !== 'string') return { problem: `${where} ${sha256.problem}` };
  const isUnversioned = object !== undefined && [undefined, 'null'].includes(object.place.versionId);
  return { name, field, where, path, isUnversioned, sizeBytes, sha256 };
};

const hashHere = async (path: string, advance: Advance): Promise<Sha256 | Problem> => {
  try {
    return await sha256Of(fileChunks(path), advance);
  } catch (cause) {
    return { problem: `cannot be read: ${cause instanceof Error && 'code' in cause ? String(cause.code) : cause}` };
  }
};

const violationOf = ({ field }: Place, found: object): Violation[] =>
  'problem' in found ? [{ field, problem: String(found.problem) }] : [];

const refuse = (violations: readonly Violation[], places: readonly Place[], isInvalid: boolean): void => {
  if (violations.length === 0) return;
  const hint = places.some(({ kind }) => kind === 'object')
    ? '. If you have local copies of files in S3, name them with --at S3_PREFIX=DIR'
    : '';
  throw isInvalid
    ? new Refusal('ManifestInvalid', 'the manifest does not describe a release', violations)
    : new Refusal('EvidenceMissing', `some files that the manifest names cannot be read here${hint}`, violations);
};
