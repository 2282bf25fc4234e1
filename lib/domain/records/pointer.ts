import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';

/**
 * Which release of a model is in production, and which one is the way back. `epoch` grows by one with each flip: a
 * deployer or a rollback that holds an older epoch has lost.
 */
export const Pointer = stored({
  entity: z.literal('pointer'),
  version: z.int().min(0),
  modelName: ModelName,
  epoch: z.int().min(1),
  releaseId: ReleaseId,
  fallbackReleaseId: z.string(),
  endpointName: z.string(),
  endpointConfigName: z.string(),
  since: Instant,
});
export type Pointer = z.infer<typeof Pointer>;
export const pointerKind = defineKind(Pointer, { partition: 'MODEL', of: ['modelName'], sort: 'PRODUCTION' });
