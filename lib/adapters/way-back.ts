import type { WayBack } from '../domain/checks/way-back.ts';
import { isReadable } from './s3-evidence-store.ts';
import type { ObjectPlace } from './s3-objects.ts';
import { findConfiguration, findEndpoint } from './sagemaker-endpoints.ts';

export type Place = Pick<WayBack, 'endpointName' | 'endpointConfigName'> & { readonly artifact: ObjectPlace };

/** Looks at everything that a rollback to what serves now would need. Nothing is changed. */
export const rehearseWayBack = async (
  { endpointName, endpointConfigName, artifact }: Place,
  accountId: string,
): Promise<WayBack> => {
  const [configuration, endpoint, isArtifactReadable] = await Promise.all([
    findConfiguration(endpointConfigName),
    findEndpoint(endpointName),
    isReadable(artifact, accountId),
  ]);
  return {
    endpointName,
    endpointConfigName,
    configured: configuration?.variants,
    endpoint: endpoint && { condition: endpoint.condition, variants: endpoint.variants },
    isArtifactReadable,
  };
};
