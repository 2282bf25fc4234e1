/** What a chain has said of the last break-glass of its model, and whether that lets an event pass. */
import { plusMilliseconds } from '../instant.ts';
import type { AuditEvent } from '../ledger/event.ts';
import { JUDGED_BEFORE_MS } from './judged-before.ts';

export type BrokenGlass = {
  readonly releaseId: string;
  readonly requestedBy: string;
  readonly number: number;
  readonly place: string;
  readonly confirmBy: string;
  readonly openHours: number;
  /** Until when it is open; empty if nobody has confirmed it. */
  openUntil: string;
  /** Whether somebody ended it, or documented it, which ends it as well. */
  isClosed: boolean;
  isDocumented: boolean;
  /** Who asked last for a promotion since it was confirmed, and for which attempt; undefined if that has ended, or nobody did. */
  ordered: { readonly by: string; readonly attempt: number } | undefined;
  /** The attempt that the gate let pass by it last, and until when the first of them is to be documented; empty if none did. */
  usedAttempt: number | undefined;
  documentBy: string;
};

/** The environment and the endpoint that an event is about: each of a break-glass says the same. */
export const placeIn = ({ details }: Pick<AuditEvent, 'details'>): string =>
  `${String(details['environment'])} ${String(details['endpoint'])}`;

export const brokenGlassIn = (event: AuditEvent): BrokenGlass => {
  const { release_id: releaseId, actor_id: requestedBy, details } = event;
  return {
    ...{ releaseId, requestedBy, place: placeIn(event) },
    number: Number(details['number']),
    confirmBy: String(details['confirm_by']),
    openHours: Number(details['open_hours']),
    ...{ openUntil: '', isClosed: false, isDocumented: false },
    ...{ ordered: undefined, usedAttempt: undefined, documentBy: '' },
  };
};

type Dated = Pick<AuditEvent, 'timestamp'>;

/** Whether an event comes after an instant by more than the time between its judgement and its place on the chain. */
export const isAfter = ({ timestamp }: Dated, instant: string): boolean =>
  plusMilliseconds(timestamp, -JUDGED_BEFORE_MS) > instant;

/** Whether it waits for a second person, or is open, beyond doubt: an event is judged before it has its time. */
export const isUnderWay = ({ openUntil, confirmBy, isClosed }: BrokenGlass, { timestamp }: Dated): boolean =>
  !isClosed && timestamp < (openUntil === '' ? confirmBy : openUntil);

/** Whether people owe its documentation. */
export const isOwed = ({ documentBy, isDocumented }: BrokenGlass): boolean => documentBy !== '' && !isDocumented;

/** Whether it is open for the release of an event when that was judged. */
export const isOpenFor = (glass: BrokenGlass, event: Dated & Pick<AuditEvent, 'release_id'>): boolean =>
  glass.releaseId === event.release_id && glass.openUntil !== '' && !glass.isClosed && !isAfter(event, glass.openUntil);

/** Whether the gate has used it for the attempt that was ordered last. */
export const isUsedForOrder = ({ ordered, usedAttempt }: BrokenGlass): boolean =>
  ordered !== undefined && ordered.attempt === usedAttempt;

/** Asked for while a break-glass is open; and no further than the gate has used it for that attempt, which is on record before the order. */
export const isLetPass = (event: AuditEvent, glass: BrokenGlass | undefined): boolean =>
  glass !== undefined &&
  isOpenFor(glass, event) &&
  (event.event_type === 'promotion_requested' || isUsedForOrder(glass));

/** Whether the deployer was asked for a promotion. What serves goes on: the deployments of rollbacks and moves are events of the release in production. */
export const isOrder = ({ event_type: type, approval_state: state }: AuditEvent): boolean =>
  type === 'deployment_started' && state === 'approved';
