import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import type { WayBack } from '../domain/checks/way-back.ts';
import type { PinnedObject } from '../domain/release/release.ts';
import { isReadable } from './s3-evidence-store.ts';
import { findConfiguration, findEndpoint, unlessNotThere } from './sagemaker-endpoints.ts';
import { sagemaker } from './sagemaker-registry.ts';

export type Place = Pick<WayBack, 'endpointName' | 'endpointConfigName'> & { readonly artifact: PinnedObject };

/** Looks at everything that a rollback to what serves now would need. Nothing is changed. */
export const rehearseWayBack = async (
  { endpointName, endpointConfigName, artifact }: Place,
  accountId: string,
): Promise<WayBack> => {
  const [configuration, endpoint, variants, isArtifactReadable] = await Promise.all([
    findConfiguration(endpointConfigName),
    findEndpoint(endpointName),
    variantsOf(endpointName),
    isReadable(artifact, accountId),
  ]);
  return {
    endpointName,
    endpointConfigName,
    configured: configuration?.variants,
    endpoint: endpoint && { condition: endpoint.condition, variants },
    isArtifactReadable,
  };
};

const Described = z.object({ ProductionVariants: z.array(z.object({ VariantName: z.string() })).default([]) });

const variantsOf = async (EndpointName: string): Promise<string[]> => {
  const found = await unlessNotThere(sagemaker.send(new DescribeEndpointCommand({ EndpointName })));
  return found === undefined ? [] : Described.parse(found).ProductionVariants.map(({ VariantName }) => VariantName);
};
