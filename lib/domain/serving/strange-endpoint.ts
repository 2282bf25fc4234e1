import type { ModelName } from '../identifiers.ts';
import { type Endpoint, endpointId, isOwned } from '../records/endpoint.ts';
import { isServing, type Pointer } from '../records/pointer.ts';
import type { InProduction } from '../release/in-production.ts';
import { endpointNameOf } from '../release/release.ts';
import type { FoundEndpoint } from './deployer.ts';

type Taken = {
  readonly modelName: ModelName;
  readonly endpointName: string;
  readonly pointer: Pointer | undefined;
  readonly endpoint: Endpoint | undefined;
};

/** Whether a model serves from an endpoint. */
export const servesFrom = (pointer: Pointer | undefined, endpointName: string): boolean =>
  isServing(pointer) && endpointId(pointer.endpointName) === endpointId(endpointName);

/**
 * Why an endpoint that is there is not touched: Assay did not make it for the model. Undefined if it did, or if there is
 * none. A name is not enough, because an endpoint that was deleted can be created again by anybody: the model serves from
 * it, or it serves what the row of the endpoint says. `ordered` is the configuration that the release was deployed with.
 */
export const strangerProblem = (
  { modelName, endpointName, pointer, endpoint }: Taken,
  found: FoundEndpoint | undefined,
  ordered?: string,
): string | undefined => {
  if (found === undefined || servesFrom(pointer, endpointName)) return undefined;
  const owner = endpoint !== undefined && isOwned(endpoint) ? endpoint : undefined;
  // It is refused as that of another model.
  if (owner !== undefined && owner.modelName !== modelName) return undefined;
  const known = owner?.endpointConfigName;
  return [found.serves, found.headsFor].some((name) => name === known || name === ordered)
    ? undefined
    : `${endpointName} is there, and Assay did not make it: assay endpoints adopt ${endpointName} --model ${modelName} adopts it`;
};

/** Why an endpoint without an owner is not free: a former version promoted another model to it, and kept no owners. */
export const formerOwnerProblem = (
  { modelName, endpointName }: Pick<Taken, 'modelName' | 'endpointName'>,
  inProduction: readonly InProduction[],
): string | undefined => {
  const owner = inProduction.find(
    (release) => release.modelName !== modelName && endpointId(endpointNameOf(release)) === endpointId(endpointName),
  );
  return owner && `${endpointName} is the endpoint of ${owner.modelName}`;
};
