import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/** How the canary of one check fares. What never held and what fails have no proof. */
export const CanaryState = stored({
  /** When it last held. Absent if it never did. */
  heldAt: Instant.optional(),
  /** Since when it fails. Absent if it holds. */
  failingSince: Instant.optional(),
  /** Since when its check is deployed, as long as nobody has got an answer. Former versions forgot such a check. */
  silentSince: Instant.optional(),
  /** What the check said of the release that it has to pass, and of the one that it must not. */
  onGood: Word,
  onBad: Word,
});

export type CanaryState = z.infer<typeof CanaryState>;

/** A time in which a check may have judged wrongly: from when its canary last held until it held again. */
export const DoubtfulTime = stored({ check: z.string().min(1).max(64), from: z.string().max(32), until: Instant });
export type DoubtfulTime = z.infer<typeof DoubtfulTime>;

/** What the canaries of all checks proved. There is one record, replaced by each run. */
export const Canaries = stored({
  entity: z.literal('canaries'),
  version: z.int().min(0),
  ranAt: Instant,
  checks: z.record(z.string().min(1).max(64), CanaryState),
  doubtful: z.array(DoubtfulTime),
});
export type Canaries = z.infer<typeof Canaries>;
export const canariesKind = defineKind(Canaries, { partition: 'CANARIES', of: [], sort: 'CANARIES' });
