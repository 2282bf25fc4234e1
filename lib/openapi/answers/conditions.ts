import * as z from 'zod';
import { Instant, PersonId } from '../../domain/identifiers.ts';
import { answer } from '../named.ts';

/** What an approval was given on condition of, and what became of it. */
export const Condition = answer('Condition', {
  condition_id: z.string(),
  text: z.string(),
  owner_id: PersonId,
  due_at: Instant,
  approver_id: z.string(),
  approver_role: z.string(),
  status: z.enum(['open', 'met', 'overdue']),
  met_by: z.string().optional(),
  met_as: z.string().optional(),
  met_at: Instant.optional(),
  reason: z.string().optional(),
});

export const ConditionList = answer('ConditionList', { conditions: z.array(Condition) });
