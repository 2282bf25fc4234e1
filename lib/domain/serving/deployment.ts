import { type Release, requireEstablished } from '../release/release.ts';

/**
 * How a release is put behind an endpoint: that of its manifest, or the one that its model was moved to since. `epoch` is
 * the pointer's after the flip that this deployment is for.
 */
export const deploymentOf = (
  release: Release,
  epoch: number,
  endpointName: string = release.manifest.deployment.endpoint_name,
) => ({
  releaseId: release.releaseId,
  epoch,
  modelPackageArn: requireEstablished(release, 'modelPackageArn'),
  endpointName,
  instanceType: release.manifest.deployment.instance_type,
  instanceCount: release.manifest.deployment.instance_count,
  /** Undefined if a former version took the release in: then its package says what is served. */
  serving: release.serving,
});
export type DeploymentOrder = ReturnType<typeof deploymentOf>;
