import type { Instant, Sha256 } from '../identifiers.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { findPerson } from '../policy/directory-record.ts';
import { namesOf } from '../policy/identities.ts';
import type { Approval, ApprovalRequest } from '../records/approval.ts';
import { Refusal, type Violation } from '../refusal.ts';
import { assertTransition } from '../release/lifecycle.ts';
import type { Release } from '../release/release.ts';
import { requestClosed } from './closed-by.ts';
import { DIGEST_PREFIX_LENGTH, type LinkPayload } from './link.ts';
import { separationReasons } from './separation-of-duties.ts';

type Facts = {
  readonly release: Release;
  readonly request: ApprovalRequest;
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
  if (request.status !== 'pending') throw requestClosed({ release, request, signed });
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

const assertEligible = ({ request, directory, payload }: Facts): void => {
  const violations: Violation[] = [];
  const person = findPerson(directory, payload.p);
  if (!request.requiredRoles.includes(payload.o)) {
    violations.push({ field: 'role', problem: `${payload.o} is not required` });
  }
  if (!person?.roles.includes(payload.o)) {
    violations.push({ field: 'approver', problem: `${payload.p} does not hold ${payload.o} in the directory` });
  }
  const isInvited = request.invitations.some(
    ({ personId, role, nonce }) => personId === payload.p && role === payload.o && nonce === payload.n,
  );
  if (!isInvited)
    violations.push({ field: 'link', problem: `${payload.p} was not invited as ${payload.o} by this link` });
  if (violations.length > 0) {
    throw new Refusal('ApproverNotEligible', `Role '${payload.o}' is not a required approver`, violations);
  }
};
