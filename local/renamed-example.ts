/**
 * The example under other names and places: it can be released beside itself, in a test or in an account. The artifact
 * stays the same to the byte, because it is signed.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { EXAMPLE, EXAMPLE_IMAGE, EXAMPLE_MODEL, type ExampleVersion, manifestFile } from './example.ts';
import { EXAMPLE_BUCKET } from './setup.ts';

/** Where it lies and what serves it; without them, what the example itself says. */
type Places = { readonly bucket?: string; readonly image?: string };

/** A version of the example in a checkout, as a release of this model: its manifest, and the files for the model bucket. */
export const renamedExample = async (
  project: string,
  version: ExampleVersion,
  modelName: string,
  { bucket = EXAMPLE_BUCKET, image = EXAMPLE_IMAGE }: Places = {},
) => {
  const folder = join(project, EXAMPLE, version);
  const renamed = (text: string): string =>
    text
      .replaceAll(/^(\s*"?(?:model_name|endpoint_name)"?: "?)hmda-mortgage/gm, `$1${modelName}`)
      .replaceAll(`s3://${EXAMPLE_BUCKET}/`, `s3://${bucket}/`)
      .replaceAll(EXAMPLE_IMAGE, image);
  const fileOf = async (name: string): Promise<{ key: string; body: Buffer | string }> => {
    const bytes = await readFile(join(folder, name));
    const body = /\.(yaml|json)$/.test(name) ? renamed(bytes.toString('utf8')) : bytes;
    return { key: `${modelName}/${version}/${name}`, body };
  };
  // Every place and name of the example, but not the data set, which is the same one.
  const places = `s3://${bucket}/`;
  const text = await readFile(manifestFile(project, version), 'utf8');
  const moved = renamed(text).replaceAll(`${places}${EXAMPLE_MODEL}/${version}/`, `${places}${modelName}/${version}/`);
  const manifest: Record<string, unknown> = { ...parse(moved), release_id: `${modelName}-${version}` };
  return { manifest, files: await Promise.all((await readdir(folder)).map(fileOf)) };
};
