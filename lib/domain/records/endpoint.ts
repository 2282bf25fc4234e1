import * as z from 'zod';
import { Instant, ModelName } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/**
 * Which model an endpoint belongs to. The row is created with the model's first promotion, and every promotion and
 * rollback is committed on the condition that it is as it was read.
 */
export const Endpoint = stored({
  entity: z.literal('endpoint'),
  version: z.int().min(0),
  /** The name in lower case: SageMaker has no two endpoints whose names differ only in case. */
  endpointId: z.string().min(1).max(63),
  endpointName: z.string().min(1).max(63),
  /** `owned`, `leaving` while a move deletes it, or `released`. A word that only another version knows is no release. */
  status: Word,
  modelName: ModelName,
  since: Instant,
  /**
   * What it was to serve when it became the model's: what Assay ordered, or what it served when it was adopted. Until the
   * model serves from it, this tells it from one that somebody else creates under the same name.
   */
  endpointConfigName: z.string().optional(),
});
export type Endpoint = z.infer<typeof Endpoint>;
export const endpointKind = defineKind(Endpoint, { partition: 'ENDPOINT', of: ['endpointId'], sort: 'OWNER' });

/** The id of an endpoint, by which its row is read. */
export const endpointId = (endpointName: string): string => endpointName.toLowerCase();

/** Whether the endpoint belongs to a model. A released one is free for the next. */
export const isOwned = ({ status }: Endpoint): boolean => status !== 'released';

type Wanted = Pick<Endpoint, 'endpointName' | 'modelName' | 'endpointConfigName'>;

/** Why a model may not serve from an endpoint: it belongs to another model. Undefined if it may. */
export const ownerProblem = (
  endpoint: Endpoint | undefined,
  { endpointName, modelName }: Wanted,
): string | undefined => {
  if (endpoint === undefined || !isOwned(endpoint)) return undefined;
  if (endpoint.modelName !== modelName) return `${endpoint.endpointName} is the endpoint of ${endpoint.modelName}`;
  // Callers of the endpoint must spell it as it was created.
  return endpoint.endpointName === endpointName ? undefined : `the endpoint is called ${endpoint.endpointName}`;
};

/**
 * The write by which a change holds an endpoint for its model: the row is created if there is none, or if a former owner
 * released it; otherwise it must be as it was read.
 */
export const holding = (endpoint: Endpoint | undefined, wanted: Wanted, since: Instant) =>
  endpoint !== undefined && isOwned(endpoint)
    ? ({ kind: 'expect', entity: endpoint } as const)
    : inStatus(endpoint, 'owned', wanted, since);

/** The write that says how an endpoint stands to its model. */
export const inStatus = (
  endpoint: Endpoint | undefined,
  status: string,
  { endpointName, modelName, endpointConfigName }: Wanted,
  since: Instant,
) => {
  const entity: Endpoint = {
    entity: 'endpoint',
    version: endpoint?.version ?? 0,
    endpointId: endpointId(endpointName),
    endpointName,
    status,
    modelName,
    since,
    ...(endpointConfigName === undefined ? {} : { endpointConfigName }),
  };
  return { kind: endpoint === undefined ? 'create' : 'replace', entity } as const;
};

/** The write by which a model gives up its endpoint, if that is its own: the name is free for the next. */
export const freeing = (endpoint: Endpoint | undefined, modelName: ModelName) =>
  endpoint === undefined || !isOwned(endpoint) || endpoint.modelName !== modelName
    ? []
    : [{ kind: 'replace' as const, entity: { ...endpoint, status: 'released' } }];
