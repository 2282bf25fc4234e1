/** The manifest that `assay push` writes: what a draft says, with objects in the place of files. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { stringify } from 'yaml';
import type { Sha256 } from '../../domain/identifiers.ts';
import { FileName } from '../../domain/release/manifest.ts';
import { UsageError } from '../command.ts';
import { plain } from '../terminal/text.ts';
import { type PlaceName, withValue } from './manifest-places.ts';

const HEAD = '# Written by assay push, which writes it again: change';

/** A file of a manifest as an object of a bucket. Of what lay there before, the digest is not known. */
export type PushedObject = {
  readonly name: PlaceName;
  readonly field: string;
  readonly uri: string;
  readonly versionId?: string | undefined;
  readonly sha256?: Sha256 | undefined;
};

/** `release-manifest.yaml` becomes `release-manifest.pushed.yaml`. */
export const pushedName = (file: string): string => `${file.replace(/\.(ya?ml|json)$/i, '')}.pushed.yaml`;

/** The claim with the URI, the digest and the version of every object. */
export const pushedClaim = (claim: object, objects: readonly PushedObject[]): object => {
  const files = objects.filter(
    (object): object is PushedObject & { name: FileName } => FileName.safeParse(object.name).success,
  );
  const moved = objects
    .flatMap(partsOf)
    .reduce<unknown>((rest, { field, value }) => withValue(rest, field.split('.'), value), claim);
  const evidence = files.flatMap(({ name, sha256 }) =>
    name === 'artifact' || sha256 === undefined ? [] : [[name, sha256]],
  );
  const versions = files.flatMap(({ name, versionId }) => (versionId === undefined ? [] : [[name, versionId]]));
  return {
    ...(moved as object), // Made of the claim, which is an object.
    evidence_sha256: { ...Reflect.get(claim, 'evidence_sha256'), ...Object.fromEntries(evidence) },
    version_ids: { ...Reflect.get(claim, 'version_ids'), ...Object.fromEntries(versions) },
  };
};

/** What the container loads besides has its digest beside its URI. */
const partsOf = ({ name, field, uri, sha256 }: PushedObject) => [
  { field, value: uri },
  ...(name.startsWith('additional_model_data.') && sha256 !== undefined
    ? [{ field: `deployment.${name}.sha256`, value: sha256 }]
    : []),
];

/** Writes over what an earlier push wrote, and over nothing else. */
export const writePushed = async (file: string, claim: object, draft: string): Promise<void> => {
  await assertPushed(file, draft);
  await writeFile(file, `${HEAD} ${plain(draft)} instead.\n${stringify(claim, { lineWidth: 0 })}`);
};

/** Refuses before anything is sent. Of two drafts whose names differ in their ending alone, one would write over the other's. */
export const assertPushed = async (file: string, draft: string): Promise<void> => {
  const there = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
  if (there === undefined) return;
  const [head = ''] = there.split('\n');
  const former = head.startsWith(`${HEAD} `) ? head.slice(HEAD.length + 1).replace(/ instead\.$/, '') : undefined;
  if (former !== undefined && basename(former) === basename(plain(draft))) return;
  const whose = former === undefined ? '' : `, of ${plain(former)}`;
  throw new UsageError(
    `push writes over no file but its own, and there is ${plain(file)}${whose}: name another with --out`,
  );
};
