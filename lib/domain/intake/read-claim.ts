import * as z from 'zod';
import { PersonId } from '../identifiers.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import type { ReleaseClaim } from '../records/intake.ts';
import { Refusal, type Violation } from '../refusal.ts';
import { claimViolations, MANIFEST_MAX_BYTES, parseManifest, type ReleaseManifest } from '../release/manifest.ts';
import type { Actor } from '../release/release-event.ts';
import { isPackageOf } from '../serving/served-package.ts';
import { makerViolations, submitterViolations, withIds } from './makers.ts';

/** A claim whose makers are all known. */
export type KnownClaim = {
  /** It names makers by their ids. */
  readonly manifest: ReleaseManifest;
  readonly requestedBy: PersonId;
  readonly submitter: Actor;
};

/**
 * Establishes that a claim is a manifest, and that everybody who made the release is known. The violations that a door
 * found include those of the manifest, with what the door knows of their cause. A package of another group, account or
 * region is one more: what it holds is not for this model to serve.
 */
export const readClaim = (claim: ReleaseClaim, directory: DirectoryRecord, home: string): KnownClaim => {
  assertSmall(claim.manifest);
  const manifest = withIds(claim.manifest, directory);
  const { submitter, violations = claimViolations(manifest) } = claim;
  const unwelcome = submitterViolations(submitter);
  const others = [...violations, ...makerViolations(manifest, directory), ...foreignPackage(manifest, home)];
  const { identity, role, auth } = submitter;
  if (identity === undefined || unwelcome.length + others.length > 0) {
    const isValid = others.length === 0;
    const message = isValid ? 'its submitter may not request a release' : 'the manifest does not describe a release';
    throw new Refusal('ManifestInvalid', message, [...others, ...unwelcome]);
  }
  const parsed = parseManifest(manifest);
  return {
    manifest: parsed,
    requestedBy: PersonId.parse(parsed.requested_by),
    submitter: { id: identity.id, role, auth },
  };
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
