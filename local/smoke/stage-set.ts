/** What the story needs in an account before Assay: people, machines, a bucket with the example, and its manifests. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { EXAMPLE, EXAMPLE_MODEL, EXAMPLE_VERSIONS, type ExampleVersion } from '../example.ts';
import { renamedExample } from '../renamed-example.ts';
import { addressOf, type Plan } from './plan.ts';

export const manifestFileOf = ({ folder }: Pick<Plan, 'folder'>, version: ExampleVersion): string =>
  join(folder, `${version}.yaml`);

/** Writes the people and the manifests of this run, and answers the objects of the model bucket. */
export const writeExample = async (root: string, plan: Plan) => {
  await mkdir(plan.folder, { recursive: true });
  await writeFile(plan.approversFile, await directoryOf(root, plan));
  const data = join(root, EXAMPLE, 'data');
  const objects = await Promise.all(
    (await readdir(data)).map(async (name) => ({
      key: `${EXAMPLE_MODEL}/data/${name}`,
      body: (await readFile(join(data, name))) as Buffer | string,
    })),
  );
  const places = { bucket: plan.modelBucket, image: plan.options.image };
  for (const version of EXAMPLE_VERSIONS) {
    const { manifest, files } = await renamedExample(root, version, plan.modelName, places);
    await writeFile(manifestFileOf(plan, version), stringify(manifest));
    objects.push(...files);
  }
  return objects;
};

const Directory = z.looseObject({ people: z.array(z.looseObject({ id: z.string() })) });

/** The example's people at the address of the one who runs this, whose principal is the one machine. */
const directoryOf = async (root: string, plan: Plan): Promise<string> => {
  const example = Directory.parse(parse(await readFile(join(root, EXAMPLE, 'approvers.yaml'), 'utf8')));
  const people = example.people.map((person) => ({ ...person, email: addressOf(plan, person.id) }));
  const machine = {
    id: 'smoke-pipeline',
    principal_arn: plan.options.principal,
    event_source: 'assay.cli',
    may_be: ['submitter', 'trainer'],
  };
  return stringify({ ...example, people, machines: [machine] });
};

type Objects = Awaited<ReturnType<typeof writeExample>>;

export const fillModelBucket = async (s3: S3Client, plan: Plan, objects: Objects): Promise<void> => {
  const Bucket = plan.modelBucket;
  // The first region has no name here.
  const LocationConstraint = plan.account.region as BucketLocationConstraint;
  const elsewhere = plan.account.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint } };
  await s3.send(new CreateBucketCommand({ Bucket, ...elsewhere }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  for (const { key, body } of objects) await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body }));
};
