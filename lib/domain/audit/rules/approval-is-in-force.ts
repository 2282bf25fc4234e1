import type { Instant } from '../../identifiers.ts';
import { millisecondsOf } from '../../instant.ts';
import type { AuditEvent } from '../../ledger/event.ts';
import type { History, Model, Rule } from '../history.ts';
import { JUDGED_BEFORE_MS } from '../judged-before.ts';

/** While a condition of its approval is overdue, or its package is rejected by hand, nothing leads a release to production, or back to it. */
export const approvalIsInForce: Rule = (event, history, model) => {
  const used = usedBy(event, history, model);
  if (used === undefined) return undefined;
  const { packageRejectedAt: rejectedAt } = used.history;
  if (rejectedAt !== '' && millisecondsOf(used.at) > millisecondsOf(rejectedAt) + JUDGED_BEFORE_MS) {
    return `its package was rejected by hand, as found at ${rejectedAt}`;
  }
  const overdue = [...used.history.conditions].find(
    ([, { condition, isMet }]) =>
      !isMet && millisecondsOf(used.at) > millisecondsOf(condition.due_at) + JUDGED_BEFORE_MS,
  );
  return overdue && `condition ${overdue[0]} was to be met by ${overdue[1].condition.due_at}, and was not`;
};

type Used = { readonly history: Pick<History, 'conditions' | 'packageRejectedAt'>; readonly at: Instant };

/** The approval that an event makes use of, and when that was judged. */
const usedBy = (event: AuditEvent, history: History, { releases }: Model): Used | undefined => {
  const { event_type: type, timestamp, details } = event;
  if (type === 'deployment_promoted') return { history, at: timestamp };
  const fallback = releases.get(history.fallback);
  if (type !== 'rollback_executed' || details['to'] === '' || fallback === undefined) return undefined;
  return { history: fallback, at: history.orderedBackAt ?? timestamp };
};
