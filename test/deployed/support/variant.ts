/**
 * The example under other names: each test has a model, an endpoint and a folder of its own, so none depends on another. The
 * artifact stays the same to the byte, because it is signed.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ReleaseManifest } from '../../../lib/domain/release/manifest.ts';
import { EXAMPLE, type ExampleVersion, exampleManifest } from '../../../local/example.ts';
import { LOCAL_CONTEXT } from '../../../local/synth.ts';
import { root, s3 } from './world.ts';

const MODEL = 'hmda-mortgage';
export const MODEL_BUCKET = LOCAL_CONTEXT.modelBuckets;

/** Puts a version of the example into the model bucket as a release of this model, and answers its manifest. */
export const variant = async (
  modelName: string,
  version: ExampleVersion,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<ReleaseManifest> => {
  const folder = join(root, EXAMPLE, version);
  const example = await exampleManifest(root, version);
  const renamed = (text: string): string =>
    text.replaceAll(/^(\s*"?(?:model_name|endpoint_name)"?: "?)hmda-mortgage/gm, `$1${modelName}`);
  const contentOf = async (name: string): Promise<Buffer | string> => {
    const bytes = await readFile(join(folder, name));
    return /\.(yaml|json)$/.test(name) ? renamed(bytes.toString('utf8')) : bytes;
  };
  await Promise.all(
    (await readdir(folder)).map(async (name) =>
      s3.send(
        new PutObjectCommand({
          Bucket: MODEL_BUCKET,
          Key: `${modelName}/${version}/${name}`,
          Body: await contentOf(name),
        }),
      ),
    ),
  );
  // Every place and name of the example, but not the data set, which is the same one.
  const place = `s3://${MODEL_BUCKET}/${MODEL}/${version}/`;
  const text = JSON.stringify(example).replaceAll(place, `s3://${MODEL_BUCKET}/${modelName}/${version}/`);
  const names = { release_id: `${modelName}-${version}`, model_name: modelName };
  const deployment = { ...example.deployment, endpoint_name: modelName };
  return ReleaseManifest.parse({ ...JSON.parse(text), ...names, deployment, ...changes });
};
