import * as z from 'zod';
import type { AuditEvent } from '../ledger/event.ts';
import { Condition, conditionIdOf } from '../records/condition.ts';

/** A condition of an approval, as the event of that approval says it, and what later events say of it. */
export type Conditioned = {
  readonly approverId: string;
  readonly condition: Condition;
  isMet: boolean;
  isSuspending: boolean;
};

/** The conditions of an approval by their ids; none if it says none, or what are none: its signature is compared with that. */
export const conditionsIn = ({ actor_id: approverId, details }: AuditEvent): [string, Conditioned][] =>
  (z.array(Condition).safeParse(details['conditions']).data ?? []).map((condition, index) => [
    conditionIdOf(approverId, index),
    { approverId, condition, isMet: false, isSuspending: false },
  ]);
