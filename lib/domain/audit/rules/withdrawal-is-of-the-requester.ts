import { millisecondsOf } from '../../instant.ts';
import type { AuditEvent } from '../../ledger/event.ts';
import { SILENCE_MAX_MS } from '../../release/promotion-attempt.ts';
import type { History, Rule } from '../history.ts';
import { JUDGED_BEFORE_MS } from '../judged-before.ts';

/**
 * A release is withdrawn while people are asked about it, or once it is approved and no attempt at its promotion is under
 * way, by an operator or by one who made the request, with a reason.
 */
export const withdrawalIsOfTheRequester: Rule = (event, history) => {
  const { event_type: type, actor_id: actor, actor_role: role } = event;
  if (type !== 'approval_withdrawn') return undefined;
  if (!isAsked(history) && history.state !== 'approved') return 'nobody was asked to decide';
  if (isPromoting(event, history)) return 'its promotion was under way';
  if (event.reason === '') return 'it says no reason';
  if (role === 'operator' || (role === 'requester' && history.requesters.has(actor))) return undefined;
  return `${actor} did not request the release, and is no operator`;
};

const isAsked = ({ state, decideUntil }: History): boolean => state === 'validated' && decideUntil !== '';

/** An attempt that has been silent for long is taken for ended. */
const isPromoting = ({ timestamp }: AuditEvent, { state, promotingSince }: History): boolean =>
  state === 'approved' &&
  promotingSince !== '' &&
  millisecondsOf(timestamp) - millisecondsOf(promotingSince) < SILENCE_MAX_MS - JUDGED_BEFORE_MS;
