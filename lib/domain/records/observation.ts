import * as z from 'zod';
import { Instant, ModelName, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';
import { stored, Word } from '../stored.ts';

/**
 * What SageMaker did for a model, so that it is on record once, however often it is announced. It is created in the transaction of
 * its event, and never changed.
 */
export const Observation = stored({
  entity: z.literal('observation'),
  version: z.int().min(0),
  modelName: ModelName,
  /** The day when it ended, as SageMaker says: what is on record of a day is bounded. */
  day: z.iso.date(),
  observationId: Sha256,
  kind: Word,
  arn: z.string().min(1).max(2048),
  status: z.string().max(64),
  at: Instant,
  takenAt: Instant,
});
export type Observation = z.infer<typeof Observation>;
export const observationKind = defineKind(Observation, {
  partition: 'OBSERVED',
  of: ['modelName', 'day'],
  sort: 'SEEN',
  by: ['observationId'],
});

/** The same job in another status, or a card that changed again, is another observation. */
export const observationId = ({ arn, status, at }: Pick<Observation, 'arn' | 'status' | 'at'>): Sha256 =>
  canonicalSha256([arn.toWellFormed(), status.toWellFormed(), at]);
