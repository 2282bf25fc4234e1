import type { AuditEvent } from '../../ledger/event.ts';
import { type BrokenGlass, isOpenFor, isUsedForOrder } from '../break-glass.ts';
import type { Rule } from '../history.ts';

/** While the line is stopped, of the model or of all, nobody asks for a promotion, and none begins or reaches production, but by a break-glass that is open. */
export const lineIsKept: Rule = (event, _, { lineStoppedAt, lineStops, breakGlass }) => {
  if (!isOfPromotion(event) || isLetPass(event, breakGlass)) return undefined;
  // On the chain of the model the order is certain: each step of a promotion holds the row of the line.
  if (lineStoppedAt !== '') return `the line of ${event.model} is stopped since ${lineStoppedAt}`;
  const ofAll = lineStops.knownTo(event);
  return ofAll && `the line of all models is stopped since ${ofAll}`;
};

/** Asked for while a break-glass is open; and no further than the gate has used it for that attempt, which is on record before the order. */
const isLetPass = (event: AuditEvent, glass: BrokenGlass | undefined): boolean =>
  glass !== undefined &&
  isOpenFor(glass, event) &&
  (event.event_type === 'promotion_requested' || isUsedForOrder(glass));

/** What serves goes on, so rollbacks and moves are never stopped: their deployments are events of the release in production. */
const isOfPromotion = ({ event_type: type, approval_state: state }: AuditEvent): boolean =>
  type === 'promotion_requested' ||
  type === 'deployment_promoted' ||
  (type === 'deployment_started' && state === 'approved');
