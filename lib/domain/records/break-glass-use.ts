import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';

const Count = z.string().regex(/^[1-9]\d{0,8}$/);

/**
 * That the gate has put on record that an attempt passes by a break-glass. It is created in the transaction of the use and never
 * changed, and nobody but the gate may write it: so a step that is tried again knows that its use is on record, and nobody else can
 * say so beforehand in the row of the break-glass itself.
 */
export const BreakGlassUse = stored({
  entity: z.literal('break_glass_use'),
  version: z.int().min(0),
  modelName: ModelName,
  /** Which break-glass of the model it is, and which attempt at the promotion, from 1. */
  number: Count,
  attempt: Count,
  releaseId: ReleaseId,
  usedAt: Instant,
});
export type BreakGlassUse = z.infer<typeof BreakGlassUse>;
export const breakGlassUseKind = defineKind(BreakGlassUse, {
  partition: 'GLASSUSE',
  of: ['modelName'],
  sort: 'USE',
  by: ['number', 'attempt'],
});
