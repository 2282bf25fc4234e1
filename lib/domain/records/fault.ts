import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';

/**
 * That it is on record how an execution for a release broke. It is created in the transaction of that event and never changed, so a
 * call that repeats it, or another message about the same execution, finds it and records nothing.
 */
export const Fault = stored({
  entity: z.literal('fault'),
  version: z.int().min(0),
  modelName: ModelName,
  releaseId: ReleaseId,
  /** Which attempt at the promotion broke; 0 if it was the machine that leads to the approval. */
  attempt: z.string().regex(/^(0|[1-9]\d{0,8})$/),
  /** `first`: a step failed. `again`: another one did, on the way to restore the endpoint. `stopped`: it ended, and no step of it said so. */
  how: z.string().regex(/^[a-z_]{1,32}$/),
  recordedAt: Instant,
});
export type Fault = z.infer<typeof Fault>;
export const faultKind = defineKind(Fault, {
  partition: 'FAULT',
  of: ['releaseId'],
  sort: 'FAULT',
  by: ['attempt', 'how'],
});
