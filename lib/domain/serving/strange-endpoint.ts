import type { ModelName } from '../identifiers.ts';
import { type Endpoint, endpointId, isOwned } from '../records/endpoint.ts';
import { isServing, type Pointer } from '../records/pointer.ts';
import type { Release } from '../release/release.ts';
import type { FoundEndpoint } from './deployer.ts';

type Taken = {
  readonly modelName: ModelName;
  readonly endpointName: string;
  readonly pointer: Pointer | undefined;
  readonly endpoint: Endpoint | undefined;
};

/**
 * Whether Assay knows the endpoint as one of its own: it has an owner, or the model serves from it since a version that
 * kept no owners.
 */
export const isManaged = ({ endpointName, pointer, endpoint }: Omit<Taken, 'modelName'>): boolean =>
  (endpoint !== undefined && isOwned(endpoint)) ||
  (isServing(pointer) && endpointId(pointer.endpointName) === endpointId(endpointName));

/**
 * Why an endpoint that is there is not touched: Assay did not make it. Undefined if it did, or if there is none. `ordered`
 * is the configuration that the release was deployed with: a former version did that before it noted an owner.
 */
export const strangerProblem = (
  taken: Taken,
  found: FoundEndpoint | undefined,
  ordered?: string,
): string | undefined =>
  found === undefined || isManaged(taken) || [found.serves, found.headsFor].some((name) => name === ordered)
    ? undefined
    : `${taken.endpointName} is there, and Assay did not make it: assay endpoints adopt ${taken.endpointName} --model ${taken.modelName} adopts it`;

/** Why an endpoint without an owner is not free: a former version promoted another model to it, and kept no owners. */
export const formerOwnerProblem = (
  { modelName, endpointName }: Pick<Taken, 'modelName' | 'endpointName'>,
  inProduction: readonly Release[],
): string | undefined => {
  const owner = inProduction.find(
    ({ modelName: other, manifest }) =>
      other !== modelName && endpointId(manifest.deployment.endpoint_name) === endpointId(endpointName),
  );
  return owner && `${endpointName} is the endpoint of ${owner.modelName}`;
};
