import type { Instant, PersonId, Sha256 } from '../identifiers.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { findPerson } from '../policy/directory-record.ts';
import { namesOf } from '../policy/identities.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { Approval, ApprovalRequest } from '../records/approval.ts';
import { Refusal, type Violation } from '../refusal.ts';
import { assertTransition } from '../release/lifecycle.ts';
import type { Release } from '../release/release.ts';
import { answerTimeOf, standInsAt } from './candidates.ts';
import { requestClosed, statusNow } from './closed-by.ts';
import { DIGEST_PREFIX_LENGTH, invitationOf, type LinkPayload } from './link.ts';
import { separationReasons } from './separation-of-duties.ts';

type Facts = {
  readonly release: Release;
  readonly request: ApprovalRequest;
  readonly policy: PolicyRecord;
  readonly directory: DirectoryRecord;
  /** The decisions that count. */
  readonly signed: readonly Approval[];
  readonly payload: LinkPayload;
  readonly evidenceDigestNow: Sha256;
  readonly now: Instant;
};

/**
 * Establishes that the request is still open, that its evidence is the stored evidence, and that the person named by
 * the link may decide today. The directory is consulted again: a role withdrawn since the invitation no longer counts.
 */
export const assertMayDecide = (facts: Facts): void => {
  assertOpen(facts);
  assertSameEvidence(facts);
  assertEligible(facts);
  const { release, payload, directory } = facts;
  const reasons = separationReasons(release, payload.p, namesOf(directory, payload.p));
  if (reasons.length > 0) {
    throw new Refusal(
      'SeparationOfDuties',
      'nobody approves their own work',
      reasons.map((problem) => ({ field: 'approver', problem })),
    );
  }
};

const assertOpen = ({ release, request, signed, payload, now }: Facts): void => {
  if (payload.r !== request.requestId) throw new Refusal('LinkInvalid', 'the link belongs to another request');
  const status = statusNow({ request, release });
  if (status !== 'pending') throw requestClosed({ release, request: { status }, signed });
  if (now >= request.expiresAt) throw new Refusal('LinkExpired', `the request expired at ${request.expiresAt}`);
  assertTransition(release.state, 'approved');
};

const assertSameEvidence = ({ request, payload, evidenceDigestNow }: Facts): void => {
  const violations: Violation[] = [];
  if (payload.d !== request.evidenceDigest.slice(0, DIGEST_PREFIX_LENGTH)) {
    violations.push({
      field: 'link',
      problem: `the link was made for ${payload.d}…, the request is about ${request.evidenceDigest}`,
    });
  }
  if (evidenceDigestNow !== request.evidenceDigest) {
    violations.push({
      field: 'evidence_digest',
      problem: `the stored evidence has digest ${evidenceDigestNow}, approvers were asked about ${request.evidenceDigest}`,
    });
  }
  if (violations.length > 0)
    throw new Refusal('EvidenceDigestMismatch', 'the evidence is not what approvers were asked about', violations);
};

const assertEligible = (facts: Facts): void => {
  const { request, payload } = facts;
  const violations: Violation[] = [];
  const invitation = invitationOf(request, payload);
  if (!request.requiredRoles.includes(payload.o)) {
    violations.push({ field: 'role', problem: `${payload.o} is not required` });
  }
  const problem = roleProblem(facts, invitation?.actingFor);
  if (problem !== undefined) violations.push({ field: 'approver', problem });
  if (invitation === undefined)
    violations.push({ field: 'link', problem: `${payload.p} was not invited as ${payload.o} by this link` });
  if (violations.length > 0) {
    throw new Refusal('ApproverNotEligible', `Role '${payload.o}' is not a required approver`, violations);
  }
};

/** A role is held, or lent by who holds it, and the directory says so at this moment: that somebody was asked is not enough. */
const roleProblem = (facts: Facts, actingFor: PersonId | undefined): string | undefined => {
  const { request, release, policy, directory, payload, now } = facts;
  if (actingFor === undefined) {
    return findPerson(directory, payload.p)?.roles.includes(payload.o)
      ? undefined
      : `${payload.p} does not hold ${payload.o} in the directory`;
  }
  const moment = { time: answerTimeOf(request, policy), now, undelivered: request.undelivered ?? [] };
  return standInsAt([payload.o], directory, release, moment).some(
    (one) => one.person.id === payload.p && one.actingFor === actingFor,
  )
    ? undefined
    : `${payload.p} cannot act for ${actingFor} as ${payload.o} now`;
};
