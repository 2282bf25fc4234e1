import * as z from 'zod';
import { Instant, ModelName } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/** What a hold is for: a case, an inquiry, a request of an authority. It goes into keys and events. */
export const Matter = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9._/-]{0,63}$/,
    'must be letters, digits, dots, hyphens, slashes, underscores, 64 at most',
  );
export type Matter = z.infer<typeof Matter>;

const Act = stored({ by: z.string().min(1).max(2048), at: Instant, reason: z.string().min(1).max(1024) });

/** For how many matters a model can be held at a time. */
export const LEGAL_HOLDS_MAX = 16;
/** How many people must agree that a hold is lifted. */
export const LIFTED_BY = 2;

/** All that is kept of a model stays, whatever its retention, until two people lift what one has set. */
export const LegalHold = stored({
  entity: z.literal('legal_hold'),
  version: z.int().min(0),
  modelName: ModelName,
  matter: Matter,
  status: Word,
  set: Act,
  /** Who agreed that it is lifted, since it was set last. */
  lifting: z.array(Act),
  liftedAt: Instant.optional(),
});
export type LegalHold = z.infer<typeof LegalHold>;
/** In one partition, in the order of models: whoever keeps the holds reads all that are in force. */
export const legalHoldKind = defineKind(LegalHold, {
  partition: 'LEGALHOLDS',
  of: [],
  sort: 'HOLD',
  by: ['modelName', 'matter'],
});

/** Whether everything of its model must stay. A status that only another version knows lets nothing go. */
export const isInForce = ({ status }: LegalHold): boolean => status !== 'lifted';
