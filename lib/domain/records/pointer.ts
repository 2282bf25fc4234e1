import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';

/**
 * Which release of a model is in production, and which one to roll back to. `epoch` grows by one with each flip: a
 * deployment or rollback that was meant for an older epoch came too late and is refused. A model that was taken back to
 * nothing keeps its pointer, so that the epoch goes on: the pointer then names no release and no endpoint.
 */
export const Pointer = stored({
  entity: z.literal('pointer'),
  version: z.int().min(0),
  modelName: ModelName,
  epoch: z.int().min(1),
  /** Empty if nothing of the model is in production any more. */
  releaseId: ReleaseId.or(z.literal('')),
  fallbackReleaseId: z.string(),
  /** The endpoint of both: of what serves and of the way back. */
  endpointName: z.string(),
  endpointConfigName: z.string(),
  /** What the fallback served from, on its last day. Absent without a fallback, and where an earlier version promoted. */
  fallbackEndpointConfigName: z.string().optional(),
  since: Instant,
});
export type Pointer = z.infer<typeof Pointer>;
export const pointerKind = defineKind(Pointer, { partition: 'POINTER', of: ['modelName'], sort: 'PRODUCTION' });

export type ServingPointer = Pointer & { readonly releaseId: ReleaseId };

/** Whether a release of the model is in production. There is no pointer before the first one, and an empty one later. */
export const isServing = (pointer: Pointer | undefined): pointer is ServingPointer =>
  pointer !== undefined && pointer.releaseId !== '';

/**
 * Why a release cannot go to the endpoint that it names: its model serves from another. With two, a rollback would change
 * one and leave the other serving. Undefined if it can.
 */
export const endpointProblem = (pointer: Pointer | undefined, endpointName: string): string | undefined =>
  !isServing(pointer) || pointer.endpointName === endpointName
    ? undefined
    : `${endpointName} is not the endpoint of ${pointer.modelName}, which serves from ${pointer.endpointName}`;
