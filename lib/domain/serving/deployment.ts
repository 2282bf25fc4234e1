import { type Release, requireEstablished } from '../release/release.ts';

/** How a release is put behind its endpoint. `epoch` is the pointer's after the flip that this deployment is for. */
export const deploymentOf = (release: Release, epoch: number) => ({
  releaseId: release.releaseId,
  epoch,
  modelPackageArn: requireEstablished(release, 'modelPackageArn'),
  endpointName: release.manifest.deployment.endpoint_name,
  instanceType: release.manifest.deployment.instance_type,
  instanceCount: release.manifest.deployment.instance_count,
  /** Undefined if a former version took the release in: then its package says what is served. */
  serving: release.serving,
});
export type DeploymentOrder = ReturnType<typeof deploymentOf>;
