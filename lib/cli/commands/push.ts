import { dirname, relative, resolve } from 'node:path';
import { ownS3 } from '../../adapters/s3-own-client.ts';
import { bucketProblem } from '../../adapters/s3-uploads.ts';
import { findAllowedBuckets } from '../client/allowed-buckets.ts';
import { type Connection, connect, iamOption } from '../client/connection.ts';
import { defineCommand, EXIT, type Surroundings, UsageError } from '../command.ts';
import { readManifest } from '../files/manifest-file.ts';
import { pathsIn } from '../files/manifest-places.ts';
import { assertInside } from '../files/outside.ts';
import { assertPushed, pushedClaim, pushedName, writePushed } from '../files/pushed-manifest.ts';
import { sizeInWords } from '../terminal/progress.ts';
import { columns, jsonText, plain } from '../terminal/text.ts';
import { filesToPush } from './push-files.ts';
import { type MovedObject, objectsNamed, uploadAll } from './push-objects.ts';

export const command = defineCommand({
  name: 'push',
  parameters: ['MANIFEST'],
  description: [
    'Uploads the files that a manifest names by path to a bucket that releases may come from: artifact, predictions, training',
    'data, documents. Writes the manifest again beside it, with the URI, the digest and the version of each object in the place',
    'of the path: that one is submitted. Objects that it names already stay where they are.',
    '',
    'Each file lies under its digest, so the same bytes are not sent twice, and nothing is written over: run it again after a',
    'change, or where it was interrupted. Needs your own AWS credentials, unless a local AWS runs.',
  ].join('\n'),
  example: 'release-manifest.yaml --bucket my-models',
  options: {
    bucket: {
      type: 'string',
      value: 'NAME',
      description: 'the bucket (by default the only one that releases may come from)',
    },
    prefix: { type: 'string', value: 'PATH', description: 'the folder in the bucket (the name of the model)' },
    out: { type: 'string', value: 'FILE', description: 'the manifest to write (MANIFEST, ending in .pushed.yaml)' },
    json: { type: 'boolean', description: 'print what lies where as JSON' },
    outside: { type: 'boolean', description: 'send files outside the folder of the manifest as well' },
    iam: iamOption,
  },
  run: async ({ values, positionals: [file = ''] }, around) => {
    const draft = resolve(around.directory, file);
    const out = values.out ?? pushedName(file);
    const claim = await readManifest(draft);
    await assertPushed(resolve(around.directory, out), file);
    if (values.outside !== true) await assertInside(pathsIn(claim, dirname(draft)), dirname(draft));
    const say = (text: string) => around.err(plain(text));
    const files = await filesToPush(claim, dirname(draft), say);
    const connection = await connect(around, { iam: values.iam });
    const bucket = await bucketFor(values.bucket, connection);
    const client = ownS3(connection.clientSettings);
    const problem = await bucketProblem(client, bucket);
    if (problem !== undefined) throw new Error(problem);
    const named = await objectsNamed(client, claim, say);
    const prefix = values.prefix ?? files.modelName;
    const sent = await uploadAll(files.held, { client, bucket, prefix, say });
    const objects = [...sent, ...named];
    await writePushed(resolve(around.directory, out), pushedClaim(files.claim, objects), file);
    if (values.json) around.out(jsonText({ manifest: out, objects: objects.map(describe) }));
    else around.out(plain(out));
    around.err(accountOf(objects, out, around));
    return EXIT.ok;
  },
});

/** Named, or the only one that there is. If the deployment can be asked, nothing is sent to a bucket that it takes nothing from. */
const bucketFor = async (named: string | undefined, connection: Connection): Promise<string> => {
  const allowed = await findAllowedBuckets(connection);
  const list = allowed?.join(', ') ?? '';
  if (named !== undefined) {
    if (allowed === undefined || allowed.includes(named)) return named;
    throw new Error(`no release may come from bucket ${plain(named)}: choose one of ${plain(list)}`);
  }
  const [only] = allowed ?? [];
  if (only !== undefined && allowed?.length === 1) return only;
  throw new UsageError(
    allowed === undefined
      ? 'push needs --bucket: the deployment could not be asked which buckets releases may come from'
      : `push needs --bucket: releases may come from ${plain(list)}`,
  );
};

const HOW: Readonly<Record<MovedObject['how'], string>> = {
  sent: 'sent',
  there_already: 'was there already',
  named: 'is named by the manifest',
};

const accountOf = (objects: readonly MovedObject[], out: string, around: Surroundings): string => {
  const next = relative(around.directory, resolve(around.directory, out));
  return [
    columns(
      ['field', 'object', '', 'size'],
      objects.map(({ field, uri, how, sizeBytes }) => [
        field,
        uri,
        HOW[how],
        sizeBytes === undefined ? '' : sizeInWords(sizeBytes),
      ]),
    ),
    `to request the release: assay submit ${plain(next)} --wait`,
  ].join('\n');
};

const describe = ({ field, uri, versionId, sha256, sizeBytes, how }: MovedObject) => ({
  field,
  uri,
  version_id: versionId ?? '',
  sha256: sha256 ?? '',
  size_bytes: sizeBytes ?? 0,
  how,
});
