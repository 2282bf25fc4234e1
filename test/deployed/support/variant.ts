/** The example as a release of another model, put where the shared deployment looks for it. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ReleaseManifest } from '../../../lib/domain/release/manifest.ts';
import type { ExampleVersion } from '../../../local/example.ts';
import { renamedExample } from '../../../local/renamed-example.ts';
import { LOCAL_CONTEXT } from '../../../local/synth.ts';
import { root, s3 } from './world.ts';

export const MODEL_BUCKET = LOCAL_CONTEXT.modelBuckets;

/** A busy machine may not resolve a tag in the time that the doors have for it. The story of `npm start` names tags. */
const IMAGE_DIGEST = `@sha256:${'e'.repeat(64)}`;

/** What a manifest says to be judged at a lower tier than the policy computes for the example. */
export const LOWER_TIER = {
  declared_risk_tier: 'low',
  risk_tier_override: { reason: 'It only sorts files for our own clerks, and decides about nobody.' },
} as const;

/** Puts a version of the example into the model bucket as a release of this model, and answers its manifest. */
export const variant = async (
  modelName: string,
  version: ExampleVersion,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<ReleaseManifest> => {
  const { manifest, files } = await renamedExample(root, version, modelName);
  await Promise.all(
    files.map(({ key, body }) => s3.send(new PutObjectCommand({ Bucket: MODEL_BUCKET, Key: key, Body: body }))),
  );
  const { deployment, ...rest } = ReleaseManifest.parse({ ...manifest, ...changes });
  return { ...rest, deployment: { ...deployment, image_uri: deployment.image_uri.replace(/:[^:/]+$/, IMAGE_DIGEST) } };
};
