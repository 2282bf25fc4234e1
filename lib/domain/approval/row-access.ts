import type { Instant, PersonId } from '../identifiers.ts';
import { type DirectoryRecord, findPerson } from '../policy/directory-record.ts';
import { namesOf } from '../policy/identities.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { ApprovalRequest } from '../records/approval.ts';
import type { Release } from '../release/release.ts';
import { isAskedNow } from './asked-now.ts';
import { answerTimeOf, standInsAt } from './candidates.ts';
import { separationReasons } from './separation-of-duties.ts';

/** The approval request of a release, and the policy that it was made by. */
type Question = { readonly request: ApprovalRequest; readonly policy: PolicyRecord };

type Asking = {
  readonly personId: PersonId;
  /** Whether their issuer says so. */
  readonly isAuditor: boolean;
  readonly release: Release;
  /** Absent if nobody has been asked. */
  readonly question: Question | undefined;
  readonly directory: DirectoryRecord;
  readonly now: Instant;
};

/**
 * Establishes who may be given the rows of a release: an auditor; and who is asked to approve it, as long as they may decide. The
 * directory is consulted again, as for a decision: a role withdrawn since the invitation no longer counts. Nobody is asked before their
 * stage is open.
 */
export const mayHaveRows = ({ question, ...asking }: Asking): boolean => {
  const { personId, isAuditor, release, directory, now } = asking;
  if (findPerson(directory, personId) === undefined) return false;
  if (isAuditor) return true;
  if (question?.request.releaseId !== release.releaseId) return false;
  const { request } = question;
  if (request.status !== 'pending' || now >= request.expiresAt) return false;
  if (separationReasons(release, personId, namesOf(directory, personId)).length > 0) return false;
  return request.invitations.some(
    (invitation) =>
      invitation.personId === personId &&
      isAskedNow(request, invitation.role) &&
      fills(invitation, { ...asking, question }),
  );
};

type Invited = Pick<ApprovalRequest['invitations'][number], 'personId' | 'role' | 'actingFor'>;

/** Whether the person holds the role that they were invited in, or may stand in at this moment for who holds it. */
const fills = (
  { personId, role, actingFor }: Invited,
  { question: { request, policy }, release, directory, now }: Asking & { readonly question: Question },
): boolean => {
  if (actingFor === undefined) return findPerson(directory, personId)?.roles.includes(role) === true;
  const moment = { time: answerTimeOf(request, policy), now, undelivered: request.undelivered ?? [] };
  return standInsAt([role], directory, release, moment).some(
    (one) => one.person.id === personId && one.actingFor === actingFor,
  );
};
