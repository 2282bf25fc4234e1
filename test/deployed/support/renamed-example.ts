/**
 * The example under other names: each test has a model, an endpoint and a folder of its own, so none depends on another. The
 * artifact stays the same to the byte, because it is signed.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { EXAMPLE, type ExampleVersion, manifestFile } from '../../../local/example.ts';
import { LOCAL_CONTEXT } from '../../../local/synth.ts';

const MODEL = 'hmda-mortgage';

/** A version of the example in a checkout, as a release of this model: its manifest, and the files for the model bucket. */
export const renamedExample = async (project: string, version: ExampleVersion, modelName: string) => {
  const folder = join(project, EXAMPLE, version);
  const renamed = (text: string): string =>
    text.replaceAll(/^(\s*"?(?:model_name|endpoint_name)"?: "?)hmda-mortgage/gm, `$1${modelName}`);
  const fileOf = async (name: string): Promise<{ key: string; body: Buffer | string }> => {
    const bytes = await readFile(join(folder, name));
    const body = /\.(yaml|json)$/.test(name) ? renamed(bytes.toString('utf8')) : bytes;
    return { key: `${modelName}/${version}/${name}`, body };
  };
  // Every place and name of the example, but not the data set, which is the same one.
  const places = `s3://${LOCAL_CONTEXT.modelBuckets}/`;
  const text = await readFile(manifestFile(project, version), 'utf8');
  const moved = renamed(text).replaceAll(`${places}${MODEL}/${version}/`, `${places}${modelName}/${version}/`);
  const manifest: Record<string, unknown> = { ...parse(moved), release_id: `${modelName}-${version}` };
  return { manifest, files: await Promise.all((await readdir(folder)).map(fileOf)) };
};
