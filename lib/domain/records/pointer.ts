import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';

/**
 * Which release of a model is in production, and which one to roll back to. `epoch` grows by one with each flip: a
 * deployment or rollback that was meant for an older epoch came too late and is refused.
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
