import { type Release, requireEstablished } from '../release/release.ts';

/** What SageMaker calls a variant of which nobody named another. */
const ONLY_VARIANT = 'AllTraffic';

/**
 * How a release is put behind an endpoint. `epoch` is the pointer's after the flip that this deployment is for. Instances
 * are kept, and scaled, under the name of the variant that serves already.
 */
export const deploymentOf = (release: Release, epoch: number, variantName: string = ONLY_VARIANT) => {
  const { releaseId, serving, manifest } = release;
  const { instance_type: instanceType, instance_count: instanceCount } = serving ?? manifest.deployment;
  const modelPackageArn = requireEstablished(release, 'modelPackageArn');
  // A release that a former version took in has no specification: then its package says what is served.
  return { releaseId, epoch, modelPackageArn, variantName, instanceType, instanceCount, serving };
};
export type DeploymentOrder = ReturnType<typeof deploymentOf>;
