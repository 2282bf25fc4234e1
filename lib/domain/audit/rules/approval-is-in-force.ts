import type { Instant } from '../../identifiers.ts';
import { millisecondsOf } from '../../instant.ts';
import type { AuditEvent } from '../../ledger/event.ts';
import type { History, Model, Rule } from '../history.ts';
import { JUDGED_BEFORE_MS } from '../judged-before.ts';

/**
 * While a condition of its approval is overdue, its package is rejected by hand, or a check that was made again does not pass any
 * more, nothing leads a release to production, or back to it.
 */
export const approvalIsInForce: Rule = (event, history, model) => {
  const used = usedBy(event, history, model);
  if (used === undefined) return undefined;
  const { packageRejectedAt: rejectedAt } = used.history;
  if (rejectedAt !== '' && isLongBefore(rejectedAt, used.at)) {
    return `its package was rejected by hand, as found at ${rejectedAt}`;
  }
  const failed = [...used.history.failedAgain].find(([, since]) => isLongBefore(since, used.at));
  if (failed !== undefined) return `${failed[0]} was made again at ${failed[1]}, and did not pass`;
  const overdue = [...used.history.conditions].find(
    ([, { condition, isMet }]) => !isMet && isLongBefore(condition.due_at, used.at),
  );
  return overdue && `condition ${overdue[0]} was to be met by ${overdue[1].condition.due_at}, and was not`;
};

/** So long that what was judged at the later instant was not judged before the other one. */
const isLongBefore = (instant: Instant, later: Instant): boolean =>
  millisecondsOf(later) > millisecondsOf(instant) + JUDGED_BEFORE_MS;

type Used = {
  readonly history: Pick<History, 'conditions' | 'packageRejectedAt' | 'failedAgain'>;
  readonly at: Instant;
};

/** The approval that an event makes use of, and when that was judged. */
const usedBy = (event: AuditEvent, history: History, { releases }: Model): Used | undefined => {
  const { event_type: type, timestamp, details } = event;
  if (type === 'deployment_promoted') return { history, at: timestamp };
  const fallback = releases.get(history.fallback);
  if (type !== 'rollback_executed' || details['to'] === '' || fallback === undefined) return undefined;
  return { history: fallback, at: history.orderedBackAt ?? timestamp };
};
