/** Where the files lie that a manifest names: on this machine, or in S3. */
import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { S3Uri } from '../../domain/evidence/predictions/reference.ts';
import { evidenceField, FileName, valueAt } from '../../domain/release/manifest.ts';
import { listed } from '../../domain/soundness.ts';
import { UsageError } from '../command.ts';

/**
 * What a manifest names: the files of a release, what its container loads besides the artifact, by the place in that list, and
 * the training data, which are never read, neither here nor by the release.
 */
export type PlaceName = FileName | 'training_dataset' | `additional_model_data.${number}`;
export type Place = { readonly name: PlaceName; readonly field: string } & (
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'object'; readonly uri: string }
);

/** A prefix in S3 whose files are in a local folder. */
export type Mirror = { readonly prefix: string; readonly folder: string };
export type PlaceRules = {
  /** The folder of the manifest, which relative paths start from. */
  readonly folder: string;
  /** The values of --at. */
  readonly mirrors: readonly Mirror[];
  /** Whether files beside the manifest are read in place of those that it names in S3. */
  readonly looksBeside: boolean;
};

const FIELDS = FileName.options.map((name) => ({ name, field: evidenceField(name) }));
const TRAINING = { name: 'training_dataset', field: 'training_dataset_ref' } as const;

type Named = { readonly name: PlaceName; readonly field: string };

/** Every field of a claim that may name a file to push. */
const fieldsToPush = (claim: unknown): readonly Named[] => [
  ...FIELDS,
  TRAINING,
  ...listed(valueAt(claim, ['deployment', 'additional_model_data'])).map(
    (_, index): Named => ({
      name: `additional_model_data.${index}`,
      field: `deployment.additional_model_data.${index}.s3_uri`,
    }),
  ),
];

/** Reads a value of --at: `S3_PREFIX=DIR`. */
export const parseMirror = (text: string, directory: string): Mirror => {
  const at = text.indexOf('=');
  const prefix = text.slice(0, Math.max(at, 0)).replace(/\/+$/, '');
  const folder = text.slice(at + 1);
  if (!/^s3:\/\/[^/]/.test(prefix) || folder === '') {
    throw new UsageError('check: --at needs S3_PREFIX=DIR, such as s3://bucket/folder=folder');
  }
  return { prefix, folder: resolve(directory, folder) };
};

/**
 * The claim with an s3:// URI in place of each path: the schema of a manifest knows no paths, and this way it still
 * names every other fault. Nothing is ever read from these URIs.
 */
export const withoutPaths = (claim: unknown): unknown =>
  fieldsToPush(claim).reduce((rest, { field }) => {
    const value = valueAt(claim, field.split('.'));
    return isPath(value) ? withValue(rest, field.split('.'), `s3://on-this-machine/${field}`) : rest;
  }, claim);

/** Every file that a claim names by a path or an S3 URI. Any other value is for the schema to refuse. */
export const placesOf = async (claim: unknown, rules: PlaceRules): Promise<Place[]> => {
  const artifact = S3Uri.safeParse(valueAt(claim, ['artifact_uri']));
  const beside = { prefix: dirname(artifact.data ?? ''), folder: rules.folder };
  const places = FIELDS.map(async ({ name, field }): Promise<Place[]> => {
    const value = valueAt(claim, field.split('.'));
    if (isPath(value)) return [{ name, field, kind: 'file', path: resolve(rules.folder, value) }];
    const uri = S3Uri.safeParse(value);
    if (!uri.success) return [];
    const path = findMirror(uri.data, rules.mirrors) ?? (await pathBeside(uri.data, beside, rules.looksBeside));
    return [path === undefined ? { name, field, kind: 'object', uri: uri.data } : { name, field, kind: 'file', path }];
  });
  return (await Promise.all(places)).flat();
};

/** Every file on this machine that a claim names by a path, the training data among them. */
export const pathsIn = (claim: unknown, folder: string): Place[] =>
  fieldsToPush(claim).flatMap(({ name, field }): Place[] => {
    const value = valueAt(claim, field.split('.'));
    return isPath(value) ? [{ name, field, kind: 'file', path: resolve(folder, value) }] : [];
  });

/** A value with any other scheme is no path, and the schema says what it should be. */
const isPath = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(value);

/** The mirror with the longest matching prefix wins. */
const findMirror = (uri: string, mirrors: readonly Mirror[]): string | undefined =>
  [...mirrors]
    .sort((one, other) => other.prefix.length - one.prefix.length)
    .flatMap((mirror) => within(uri, mirror) ?? [])
    .at(0);

/** Only for objects in the artifact's own folder or below: elsewhere, a file of the same name may be another file. */
const pathBeside = async (uri: string, beside: Mirror, isWanted: boolean): Promise<string | undefined> => {
  const path = isWanted ? within(uri, beside) : undefined;
  if (path === undefined) return undefined;
  const isThere = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  return isThere ? path : undefined;
};

/** A key may contain `..`, which must not lead out of the folder. */
const within = (uri: string, { prefix, folder }: Mirror): string | undefined => {
  if (uri !== prefix && !uri.startsWith(`${prefix}/`)) return undefined;
  const path = join(folder, uri.slice(prefix.length));
  const way = relative(folder, path);
  return way.split(sep)[0] === '..' || isAbsolute(way) ? undefined : path;
};

/** A claim with another value at a path of keys and indexes that are there. */
export const withValue = (claim: unknown, [key = '', ...rest]: readonly string[], value: string): unknown => {
  if (typeof claim !== 'object' || claim === null) return claim;
  const changed = rest.length === 0 ? value : withValue(Reflect.get(claim, key), rest, value);
  return Array.isArray(claim) ? claim.with(Number(key), changed) : { ...claim, [key]: changed };
};
