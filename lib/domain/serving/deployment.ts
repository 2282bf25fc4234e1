import { type Release, requireEstablished } from '../release/release.ts';

/** What SageMaker calls a variant of which nobody named another. */
const ONLY_VARIANT = 'AllTraffic';

/**
 * How a release is put behind an endpoint. `epoch` is the pointer's after the flip that this deployment is for. Instances
 * are kept, and scaled, under the name of the variant that serves already.
 */
export const deploymentOf = (release: Release, epoch: number, variantName: string = ONLY_VARIANT) => ({
  releaseId: release.releaseId,
  epoch,
  modelPackageArn: requireEstablished(release, 'modelPackageArn'),
  variantName,
  instanceType: (release.serving ?? release.manifest.deployment).instance_type,
  instanceCount: (release.serving ?? release.manifest.deployment).instance_count,
  /** Undefined if a former version took the release in: then its package says what is served. */
  serving: release.serving,
});
export type DeploymentOrder = ReturnType<typeof deploymentOf>;
