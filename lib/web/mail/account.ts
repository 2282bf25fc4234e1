/** What the mail about an outcome is written from, and what it is made of. */

import type { Instant } from '../../domain/identifiers.ts';
import type { PersonRecord } from '../../domain/policy/directory-record.ts';
import type { Approval, ApprovalRequest } from '../../domain/records/approval.ts';
import type { CheckRecord } from '../../domain/records/check-record.ts';
import type { Pointer } from '../../domain/records/pointer.ts';
import type { Rollback } from '../../domain/records/rollback.ts';
import type { StandingCondition } from '../../domain/records/standing-conditions.ts';
import type { Suspension } from '../../domain/records/suspension.ts';
import type { Release } from '../../domain/release/release.ts';
import type { MailPart } from './mail-body.ts';

export type OutcomeFacts = {
  readonly person: PersonRecord;
  readonly release: Release;
  /** Undefined if nobody was asked. */
  readonly request: ApprovalRequest | undefined;
  readonly approvals: readonly Approval[];
  /** What its approvals were given on condition of, and how that stands. */
  readonly conditions: readonly StandingCondition[];
  /** What suspends the approval. */
  readonly suspensions: readonly Suspension[];
  readonly checks: readonly CheckRecord[];
  readonly pointer: Pointer | undefined;
  /** The rollback that took the release back, if that is the last one of its model. */
  readonly rollback: Rollback | undefined;
};

export type Words = OutcomeFacts & {
  readonly what: string;
  readonly isAsked: boolean;
  readonly isOwn: boolean;
  readonly nameOf: (id: string) => string;
  readonly at: (instant: Instant) => string;
};

export type Account = { readonly subject: string; readonly parts: readonly MailPart[] };

/** Empty where it does not apply: then the mail leaves it out. */
export const text = (isSo: boolean, sentence: string): MailPart => ({ look: 'text', text: isSo ? sentence : '' });
export const list = (items: readonly string[]): MailPart => ({ look: 'list', items });
