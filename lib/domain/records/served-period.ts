import * as z from 'zod';
import { Instant, ModelName } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';

/** What one variant of an endpoint serves, and its share of the traffic. */
export const ServedVariant = stored({
  variantName: z.string().min(1).max(63),
  /** As SageMaker has it, as a decimal: the share is the weight by the sum of all weights of its fleet. */
  weight: z.string(),
  /** Empty where what it serves is no release that Assay deployed. */
  releaseId: z.string(),
  modelVersion: z.string(),
  /** While an update brings traffic over, two fleets serve, and these say of each what SageMaker tells: absent at any other time. */
  endpointConfigName: z.exactOptional(z.string()),
  instances: z.exactOptional(z.int()),
  /** What SageMaker does with the fleet that comes; absent for the former one. */
  stage: z.exactOptional(z.string()),
  /** The same in the words of SageMaker, which say how many instances have traffic. */
  stageMessage: z.exactOptional(z.string()),
});
export type ServedVariant = z.infer<typeof ServedVariant>;

/**
 * How long an endpoint served one thing. The first instant is that of SageMaker's last modification where one was seen; a
 * period that is open has no end. Only the change that opens the next one closes it.
 */
export const ServedPeriod = stored({
  entity: z.literal('served_period'),
  version: z.int().min(0),
  endpointId: z.string().min(1).max(63),
  endpointName: z.string().min(1).max(63),
  from: Instant,
  to: Instant.optional(),
  /** The model that the endpoint belonged to; empty if none. */
  modelName: ModelName.or(z.literal('')),
  endpointConfigName: z.string(),
  variants: z.array(ServedVariant),
});
export type ServedPeriod = z.infer<typeof ServedPeriod>;
export const servedPeriodKind = defineKind(ServedPeriod, {
  partition: 'SERVED',
  of: ['endpointId'],
  sort: 'FROM',
  by: ['from'],
});
