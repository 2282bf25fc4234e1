/** How those are asked who are needed in another place: to stand in, by an invitation that says for whom, or in another role of theirs. */
import type { DueIntent } from '../change/change.ts';
import type { Instant } from '../identifiers.ts';
import { millisecondsOf, plusMilliseconds } from '../instant.ts';
import type { ApprovalRequest, Invitation } from '../records/approval.ts';
import type { Candidate } from './candidates.ts';

type Asked = {
  readonly invitations: readonly Invitation[];
  readonly nextNonce: () => string;
  /** How many may be added. */
  readonly room: number;
};

/**
 * The invitations of those who have none for a place yet. A person may have several, each in another place, and decides by one
 * of them.
 */
export const inviteFurther = (able: readonly Candidate[], { invitations, nextNonce, room }: Asked): Invitation[] => {
  const known = new Set(invitations.map(placeOf));
  const wanted = new Map(
    able
      .map(({ person, role, actingFor }) => ({ personId: person.id, role, ...(actingFor && { actingFor }) }))
      .filter((one) => !known.has(placeOf(one)))
      .map((one) => [placeOf(one), one]),
  );
  return [...wanted.values()].slice(0, room).map((one) => ({ ...one, nonce: nextNonce() }));
};

const placeOf = ({ personId, role, actingFor }: Omit<Invitation, 'nonce'>): string =>
  `${personId} ${role} ${actingFor}`;

/** An invitation as events have it. Its nonce stays in the table. */
export const invitedInEvent = ({ personId, role, actingFor }: Invitation) => ({
  person_id: personId,
  role,
  ...(actingFor === undefined ? {} : { acting_for: actingFor }),
});

/** The message that brings one invitation its link. */
export const askingMail = (
  { requestId, invitations }: Pick<ApprovalRequest, 'requestId' | 'invitations'>,
  { personId, role, actingFor }: Invitation,
  again?: 'reminder' | 'resent',
): DueIntent => {
  const first = invitations.find((one) => one.personId === personId);
  // Without a role, it is about the first place of the person.
  const isOther = first !== undefined && (first.role !== role || first.actingFor !== actingFor);
  return {
    intent: {
      kind: 'send_approval_mail',
      requestId,
      personId,
      ...(isOther || actingFor !== undefined ? { role } : {}),
      ...(actingFor === undefined ? {} : { actingFor }),
      ...(again === undefined ? {} : { again }),
    },
  };
};

/** When to look again who may stand in: each instant once, and none that is not known. */
export const escalations = (
  { requestId }: Pick<ApprovalRequest, 'requestId'>,
  instants: readonly (Instant | undefined)[],
): DueIntent[] =>
  [...new Set(instants)].flatMap((dueAt) =>
    dueAt === undefined ? [] : [{ intent: { kind: 'escalate_request', requestId }, dueAt }],
  );

/** How much of the time until the SLA, or the deadline, has passed when people are reminded. */
const REMINDED_AFTER = 0.75;

const reminderAt = (asked: Instant, until: Instant): Instant =>
  plusMilliseconds(asked, Math.floor((millisecondsOf(until) - millisecondsOf(asked)) * REMINDED_AFTER));

/** When those who are asked now are reminded of what they have to answer until then. */
export const reminder = (
  { requestId }: Pick<ApprovalRequest, 'requestId'>,
  asked: Instant,
  until: Instant,
): DueIntent => ({ intent: { kind: 'remind_people', requestId }, dueAt: reminderAt(asked, until) });
