import * as z from 'zod';
import { Instant } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/**
 * A call to AWS that is on record, so that it is there once, however often it is announced. It is created in the transaction of its
 * event, and never changed.
 */
export const AccountCall = stored({
  entity: z.literal('account_call'),
  version: z.int().min(0),
  /** The day of the call: what is on record of a day is bounded. */
  day: z.iso.date(),
  /** The event of CloudTrail. */
  callId: z.string().regex(/^[0-9a-f-]{36}$/),
  kind: Word,
  at: Instant,
  takenAt: Instant,
});
export type AccountCall = z.infer<typeof AccountCall>;
export const accountCallKind = defineKind(AccountCall, {
  partition: 'ACCOUNT',
  of: ['day'],
  sort: 'CALL',
  by: ['callId'],
});
