import type { Approval, ApprovalRequest } from '../records/approval.ts';
import { takenBackBy } from './taken-back.ts';

type Facts = Parameters<typeof takenBackBy>[0] & { readonly request: Pick<ApprovalRequest, 'evidenceDigest'> };

/** Of the decisions that were signed, those about the evidence that people are asked about, and not taken back since. */
export const standingOf = (facts: Facts, signed: readonly Approval[]): Approval[] =>
  signed.filter(
    (approval) =>
      approval.evidenceDigestVerified === facts.request.evidenceDigest && takenBackBy(facts, approval) === undefined,
  );
