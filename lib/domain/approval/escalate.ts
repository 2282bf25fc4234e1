/**
 * A request that nobody answers in time, or that cannot be delivered, is put to those who stand in, or who can fill the seat in another
 * role of theirs. It never decides anything.
 */
import type { Change } from '../change/change.ts';
import { published } from '../change/published.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { requireFound } from '../change/require-found.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant, PersonId } from '../identifiers.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { Approval, ApprovalRequest, Invitation } from '../records/approval.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { askedNow } from './asked-now.ts';
import { answerTimeOf, nextStandInAt, standInsAt } from './candidates.ts';
import { furtherSeats, takenBy } from './further-seats.ts';
import { INVITATIONS_MAX, quorumOf } from './quorum.ts';
import { readAsked } from './read-case.ts';
import { askingMail, escalations, invitedInEvent, inviteFurther, reminder } from './stand-ins.ts';

export type Escalation = {
  readonly release: Release;
  readonly request: ApprovalRequest;
  readonly policy: PolicyRecord;
  readonly directory: DirectoryRecord;
  readonly approvals: readonly Approval[];
  /** Whom a message about the request did not reach, if that is why. */
  readonly undelivered?: PersonId;
  readonly nextNonce: () => string;
  readonly now: Instant;
};

type Ports = {
  readonly store: Pick<ReleaseStore, 'get' | 'list' | 'commit'>;
  readonly directory: () => Promise<DirectoryRecord>;
  readonly nextNonce: () => string;
  readonly now: () => Instant;
};

/**
 * Afterwards everybody who may stand in now has been asked, and whoever is needed in another role of theirs in that one. Of an escalation and a decision, the one that is committed first
 * counts, and the other is judged again. Returns what was committed; undefined if there was nothing to do.
 */
export const bringInStandIns = (
  { requestId, undelivered }: { readonly requestId: string; readonly undelivered?: PersonId },
  { store, directory, nextNonce, now }: Ports,
): Promise<Change | undefined> =>
  untilCommitted(async () => {
    const { request, release } = await readAsked(store, requestId);
    const { policySha256, releaseId } = release;
    const [{ policy }, approvals, people] = await Promise.all([
      requireFound(store.get('policy', policySha256), policySha256),
      store.list('approval', releaseId),
      directory(),
    ]);
    const at = now();
    const facts = { release, request, policy, approvals, directory: people, nextNonce, now: at };
    const change = escalateRequest({ ...facts, ...(undelivered === undefined ? {} : { undelivered }) });
    if (change !== undefined) await store.commit(change, at);
    return change;
  });

/** A row has room for no more; a transaction has room for as many mails as an opening sends. */
const ALL_INVITATIONS_MAX = 2 * INVITATIONS_MAX;

/**
 * Brings in everybody who may stand in at this moment for a person who has not answered, in roles that are still missing, and people who
 * are needed in another role of theirs, and notes once that the SLA was breached. Undefined if that changes nothing: so two that find the same work do it once, because
 * the change replaces the request that it was judged by.
 */
export const escalateRequest = (input: Escalation): Change | undefined => {
  const { release, request, now } = input;
  const isOpen = request.status === 'pending' && release.state === 'validated' && now < request.expiresAt;
  if (!isOpen) return undefined;
  const { broughtIn, roles, time, undelivered, isStuck } = broughtInBy(input);
  const isBreach = request.escalatedAt === undefined && now >= time.escalates;
  const isUnreached = undelivered.length > (request.undelivered ?? []).length;
  if (broughtIn.length === 0 && !isBreach && !isUnreached) return undefined;
  const after: ApprovalRequest = {
    ...request,
    invitations: [...request.invitations, ...broughtIn],
    ...(undelivered.length > 0 ? { undelivered } : {}),
    ...(isBreach ? { escalatedAt: now } : {}),
  };
  const cause = isUnreached ? 'undelivered' : isBreach ? 'sla_breached' : causeOf(broughtIn);
  const { reason, events } = announcementOf(cause, isStuck);
  return {
    model: release.modelName,
    event: releaseEvent(release, ASSAY, {
      event_type: 'approval_escalated',
      idempotency_key: `${request.requestId}:escalated:${request.version}`,
      reason,
      details: {
        request_id: request.requestId,
        cause,
        missing_roles: roles,
        brought_in: broughtIn.map(invitedInEvent),
        undelivered,
      },
    }),
    writes: [
      { kind: 'replace', entity: after },
      { kind: 'expect', entity: release },
    ],
    intents: [
      // Those of a later stage are asked when it is opened.
      ...askedNow({ ...request, invitations: broughtIn }).map((invitation) => askingMail(after, invitation)),
      // As many as one transaction takes: the others at once, by the next.
      ...escalations(request, [
        ...(broughtIn.length < INVITATIONS_MAX ? [] : [now]),
        nextStandInAt(roles, input.directory, release, { time, now }),
      ]),
      // Those who are asked now are reminded before the deadline.
      ...(broughtIn.length === 0 ? [] : [reminder(request, now, request.expiresAt)]),
      ...events.map((detailType) => published(detailType, release)),
    ],
  };
};

/** Why people are brought in before the SLA has passed. */
const causeOf = (broughtIn: readonly Invitation[]) =>
  broughtIn.some(({ actingFor }) => actingFor !== undefined) ? 'away' : 'seat_filled';

const REASONS = {
  undelivered: 'a message did not reach the person who was asked',
  sla_breached: 'not every role has answered within the SLA',
  away: 'a person who was asked is away, or has lent the role',
  seat_filled: 'a person who was asked is needed in another role of theirs',
} as const;

/** Why, in words, and what subscribers of the bus hear of it. */
const announcementOf = (cause: keyof typeof REASONS, isStuck: boolean) =>
  cause === 'undelivered' && isStuck
    ? {
        reason: `${REASONS.undelivered}, and nobody else is left to ask`,
        events: ['Approval Escalated', 'Approver Unreachable'],
      }
    : { reason: REASONS[cause], events: ['Approval Escalated'] };

/**
 * Who is brought in, and whether a seat of the person whom no message reached can be filled by nobody else who was asked. Only a decision that was
 * signed answers; whether the signature is valid is for those who judge it.
 */
const broughtInBy = (input: Escalation) => {
  const { release, request, policy, directory, approvals, nextNonce, now } = input;
  const time = answerTimeOf(request, policy);
  const given = approvals.filter(({ signed }) => signed !== undefined);
  const decided = new Set(given.map(({ approverId }) => approverId));
  // Who has decided has had a message, whatever became of another one.
  const lost = input.undelivered === undefined || decided.has(input.undelivered) ? [] : [input.undelivered];
  const undelivered = [...new Set([...(request.undelivered ?? []), ...lost])];
  const { missingRoles } = quorumOf(request.requiredRoles, given);
  const roles = [...new Set(missingRoles)];
  // A holder counts once for each role: one who has decided in a role has the others left, for those who stand in.
  const isTaken = takenBy(given);
  const standIns = standInsAt(roles, directory, release, { time, now, undelivered }).filter((way) => !isTaken(way));
  const able = [...standIns, ...furtherSeats({ request, release, directory, given, undelivered, time, now })];
  const room = Math.min(INVITATIONS_MAX, ALL_INVITATIONS_MAX - request.invitations.length);
  const broughtIn = inviteFurther(able, { invitations: request.invitations, nextNonce, room });
  const invitations = [...request.invitations, ...broughtIn];
  const isOpen = ({ personId }: Invitation): boolean => !undelivered.includes(personId) && !decided.has(personId);
  const isStuck = roles
    .filter((role) => invitations.some((one) => one.role === role && one.personId === input.undelivered))
    .some((role) => {
      const seats = missingRoles.filter((missing) => missing === role).length;
      return invitations.filter((one) => one.role === role && isOpen(one)).length < seats;
    });
  return { broughtIn, roles, time, undelivered, isStuck };
};
