import { Instant } from '../../identifiers.ts';
import type { AuditEvent } from '../../ledger/event.ts';
import type { History, Model, Rule } from '../history.ts';

/**
 * An approval is renewed while it is in force and its release serves, from the end that it had; the event names the proof and what
 * was compared. Whether it is longer than the policy allows, whoever has the policy sees by the proof.
 */
export const renewalIsOfWhatIsInForce: Rule = (event, history, model) =>
  event.event_type === 'governance_auto_renewed'
    ? (endProblem(event, history) ?? forceProblem(event, history, model) ?? comparedProblem(event))
    : undefined;

const endProblem = ({ timestamp, details }: AuditEvent, { approvedUntil }: History): string | undefined => {
  const before = String(details['approved_until_before']);
  const until = Instant.safeParse(details['approved_until']).data;
  if (before !== approvedUntil) return `it renews an approval until ${before}, and not the one that there is`;
  if (timestamp >= before) return `it came too late: the approval ended at ${before}`;
  return until === undefined || until <= before ? 'it prolongs nothing' : undefined;
};

const forceProblem = (event: AuditEvent, history: History, { live }: Model): string | undefined => {
  const { conditions, failedAgain, packageRejectedAt, isPackageChanged, isDeviating } = history;
  if (live !== event.release_id) return 'what does not serve is not renewed';
  const isSuspended = [...conditions.values()].some(({ isSuspending }) => isSuspending) || failedAgain.size > 0;
  if (isSuspended || packageRejectedAt !== '') return 'its approval was suspended';
  return isPackageChanged || isDeviating ? 'what serves was found to be something else' : undefined;
};

const comparedProblem = ({ details: { compared } }: AuditEvent): string | undefined =>
  Array.isArray(compared) && compared.length > 0 && compared.every(isComparison)
    ? undefined
    : 'it does not say what was compared';

const isComparison = (one: unknown): boolean => {
  const { input, value } = Object(one) as Record<string, unknown>;
  return typeof input === 'string' && typeof value === 'string';
};
