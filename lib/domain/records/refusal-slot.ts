import * as z from 'zod';
import { Instant, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';
import { stored, Word } from '../stored.ts';

/**
 * One of the places that a bound on refusals has. It is created in the transaction of the refusal, and never changed, so
 * there are as many refusals on record as there are places, however many writers are refused at once.
 */
export const RefusalSlot = stored({
  entity: z.literal('refusal_slot'),
  version: z.int().min(0),
  /** Which bound it belongs to (`lib/domain/change/refusal-bounds.ts`). */
  bound: Word,
  /** The digest of what the bound counts by: the person, the request, the day. */
  countedBy: Sha256,
  /** From 0, without gaps. */
  slot: z.string().regex(/^\d{1,4}$/),
  /** What was refused: the same is on record once. */
  about: Sha256,
  takenAt: Instant,
});
export type RefusalSlot = z.infer<typeof RefusalSlot>;
export const refusalSlotKind = defineKind(RefusalSlot, {
  partition: 'REFUSED',
  of: ['bound', 'countedBy'],
  sort: 'SLOT',
  by: ['slot'],
});

/** The texts come from outside: what has no canonical form is replaced, so that it can be hashed. */
export const slotDigest = (parts: readonly string[]): Sha256 =>
  canonicalSha256(parts.map((part) => part.toWellFormed()));
