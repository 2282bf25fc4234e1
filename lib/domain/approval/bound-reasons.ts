import type { PolicyRecord } from '../policy/policy-record.ts';
import type { CheckRecord } from '../records/check-record.ts';
import { evidenceDigestNow } from '../records/evidence-digest.ts';
import type { Content } from '../records/intake.ts';
import { takenInReasons } from '../records/taken-in.ts';
import type { Reason, Release } from '../release/release.ts';
import { tierReasons } from './tier-reasons.ts';

export type BoundFacts = {
  readonly release: Release;
  readonly policy: PolicyRecord;
  readonly checks: readonly CheckRecord[];
  /** What the intake keeps under the digest of the release's manifest. */
  readonly content: Content | undefined;
};

/**
 * Why the row of a release must not be judged by; empty if it may. It has to be what the intake wrote, its tier the one that its
 * policy gives its manifest, and its digest that of what is stored. Who has to sign, and who must not, follows from these: a row
 * alone, which many roles may write, decides neither.
 */
export const boundReasons = ({ release, policy, checks, content }: BoundFacts): Reason[] => [
  ...takenInReasons(release, content),
  ...tierReasons({ release, policy }),
  ...(release.evidenceDigest === undefined || release.evidenceDigest === evidenceDigestNow(release, checks)
    ? []
    : [reason('evidence_digest', 'the stored evidence is not what people approved')]),
];

const reason = (rule: string, explanation: string): Reason => ({ rule, evidence: '', explanation });
