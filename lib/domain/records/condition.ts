/** What an approval was given on condition of, and that it was met. A condition itself is part of the decision, and signed with it. */
import * as z from 'zod';
import { Instant, PersonId, ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';
import { stored, Word } from '../stored.ts';

/** A text that is signed by its digest, and kept whole in the event of the decision. */
export const CONDITION_MAX_CHARACTERS = 200;

/** What has to be done, by whom, and until when. At `due_at` it is overdue, unless it was met. */
export const Condition = stored({
  text: z.string().min(1).max(CONDITION_MAX_CHARACTERS),
  owner_id: PersonId,
  due_at: Instant,
});
export type Condition = z.infer<typeof Condition>;

/** The id of a condition: whose approval it belongs to, and its number there, from 1. */
export const conditionIdOf = (approverId: string, index: number): string => `${approverId}-${index + 1}`;

/** The digest by which a decision signs its conditions, and by which one that was met is known again. */
export const conditionsSha256 = (conditions: readonly Condition[]): Sha256 =>
  // Rebuilt, because a stored condition may have keys of another version. The cast holds: these are strings.
  canonicalSha256(conditions.map(({ text, owner_id, due_at }) => ({ text, owner_id, due_at })) as CanonicalValue);

/** That a condition was met, and who says so. It is created once and never changed; its release gets a new version with it. */
export const MetCondition = stored({
  entity: z.literal('met_condition'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  conditionId: z.string().min(1).max(80),
  /** Of the one condition: a decision that is made again may have others. */
  conditionSha256: Sha256,
  metBy: z.string().min(1).max(2048),
  /** `owner` or `approver`. */
  metAs: Word,
  reason: z.string().min(1).max(1024),
  metAt: Instant,
});
export type MetCondition = z.infer<typeof MetCondition>;
export const metConditionKind = defineKind(MetCondition, {
  partition: 'CONDITIONS',
  of: ['releaseId'],
  sort: 'MET',
  by: ['conditionId', 'conditionSha256'],
});
