/** What every report is made of: tables with a title, and what they are made from. */
import type { AccessLine } from '../../ledger/access.ts';
import type { AuditEvent } from '../../ledger/event.ts';
import type { Column, Row } from '../question.ts';

export type Section = {
  readonly name: string;
  readonly title: string;
  /** What the rows say, and what they do not. */
  readonly says: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
};

/** What a report is made from, in the order of time. */
export type Material = { readonly events: readonly AuditEvent[]; readonly accesses: readonly AccessLine[] };
