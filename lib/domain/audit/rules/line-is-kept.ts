import type { AuditEvent } from '../../ledger/event.ts';
import { isLetPass, isOrder } from '../break-glass.ts';
import type { Rule } from '../history.ts';

/** While the line is stopped, of the model or of all, nobody asks for a promotion, and none begins or reaches production, but by a break-glass that is open. */
export const lineIsKept: Rule = (event, _, { lineStoppedAt, lineStops, breakGlass }) => {
  if (!isOfPromotion(event) || isLetPass(event, breakGlass)) return undefined;
  // On the chain of the model the order is certain: each step of a promotion holds the row of the line.
  if (lineStoppedAt !== '') return `the line of ${event.model} is stopped since ${lineStoppedAt}`;
  const ofAll = lineStops.knownTo(event);
  return ofAll && `the line of all models is stopped since ${ofAll}`;
};

/** What serves goes on, so rollbacks and moves are never stopped. */
const isOfPromotion = (event: AuditEvent): boolean =>
  event.event_type === 'promotion_requested' || event.event_type === 'deployment_promoted' || isOrder(event);
