/** What a chain has said of the last break-glass of its model, and whether that lets an event pass. */
import { plusMilliseconds } from '../instant.ts';
import type { AuditEvent } from '../ledger/event.ts';
import { JUDGED_BEFORE_MS } from './judged-before.ts';

export type BrokenGlass = {
  readonly releaseId: string;
  readonly requestedBy: string;
  readonly confirmBy: string;
  /** Until when it is open; empty if nobody has confirmed it, or it was closed. */
  openUntil: string;
  isUsed: boolean;
  /** Until when it is to be documented; empty if nothing is owed. */
  documentBy: string;
};

export const brokenGlassIn = ({ release_id: releaseId, actor_id: requestedBy, details }: AuditEvent): BrokenGlass => ({
  releaseId,
  requestedBy,
  confirmBy: String(details['confirm_by']),
  openUntil: '',
  isUsed: false,
  documentBy: '',
});

type Dated = Pick<AuditEvent, 'timestamp'>;

/** Whether an event comes after an instant by more than the time between its judgement and its place on the chain. */
export const isAfter = ({ timestamp }: Dated, instant: string): boolean =>
  plusMilliseconds(timestamp, -JUDGED_BEFORE_MS) > instant;

/** Whether it is open for the release of an event when that was judged. */
export const isOpenFor = (glass: BrokenGlass | undefined, event: Dated & Pick<AuditEvent, 'release_id'>): boolean =>
  glass !== undefined &&
  glass.releaseId === event.release_id &&
  glass.openUntil !== '' &&
  !isAfter(event, glass.openUntil);
