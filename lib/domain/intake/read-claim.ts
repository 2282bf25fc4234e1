import * as z from 'zod';
import type { ReleaseClaim } from '../records/intake.ts';
import { Refusal, type Violation } from '../refusal.ts';
import { claimViolations, MANIFEST_MAX_BYTES, parseManifest, type ReleaseManifest } from '../release/manifest.ts';
import { isPackageOf } from '../serving/served-package.ts';

/**
 * The violations that a door found include those of the manifest, with what the door knows of their cause. A package of
 * another group, account or region is one more: what it holds is not for this model to serve.
 */
export const readClaim = (claim: ReleaseClaim, home: string): ReleaseManifest => {
  const { manifest } = claim;
  assertSmall(manifest);
  const { violations = claimViolations(manifest) } = claim;
  const all = [...violations, ...foreignPackage(manifest, home)];
  if (all.length === 0) return parseManifest(manifest);
  throw new Refusal('ManifestInvalid', 'the manifest does not describe a release', all);
};

const foreignPackage = (manifest: unknown, home: string): Violation[] => {
  const claimed = Packaged.safeParse(manifest);
  if (!claimed.success) return [];
  const { model_package_arn: arn, model_name: model } = claimed.data;
  return isPackageOf(model, { ModelPackageArn: arn, ModelPackageGroupName: model }, home)
    ? []
    : [{ field: 'model_package_arn', problem: `${arn} is no package of ${home}/${model}` }];
};
const Packaged = z.object({ model_package_arn: z.string(), model_name: z.string() });

const assertSmall = (manifest: unknown): void => {
  const bytes = Buffer.byteLength(JSON.stringify(manifest) ?? '');
  if (bytes <= MANIFEST_MAX_BYTES) return;
  const problem = `has ${bytes} bytes; the limit is ${MANIFEST_MAX_BYTES}`;
  throw new Refusal('ManifestInvalid', `the manifest ${problem}`, [{ field: 'manifest', problem }]);
};
