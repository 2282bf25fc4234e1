import { APPROVAL_RENEWAL, openRenewal } from '../records/approval-renewal.ts';
import type { CheckRecord } from '../records/check-record.ts';
import type { Release } from '../release/release.ts';
import { type KeptAttestation, placeProblem } from './attested-stages.ts';
import { attestationProblem } from './test-result.ts';
import { type AttestationReport, jsonIn, verifyAttestation } from './verify-attestation.ts';

type Facts = {
  readonly release: Release;
  readonly kept: KeptAttestation;
  /** All checks of the release in the table. */
  readonly checks: readonly CheckRecord[];
  readonly attestationKeyPem: string;
};

/**
 * Establishes that an attestation is its stage's own, about the artifact of the release, and says of each check what the table
 * says. The proof of a renewed approval is kept as one too: of it, that it is signed, and about this release.
 */
export const attestationReport = ({ release, kept, checks, attestationKeyPem }: Facts): AttestationReport => {
  const misplaced = placeProblem(kept, release);
  if (kept.stage === APPROVAL_RENEWAL) return renewalReport(misplaced, { release, kept, attestationKeyPem });
  const report = verifyAttestation(kept.bytes, { attestationKeyPem });
  const ofStage = { release, stage: kept.stage, checks: checks.filter(({ stage }) => stage === kept.stage) };
  const other = report.attestation && attestationProblem(kept.bytes, attestationKeyPem, ofStage);
  return { ...report, problems: [misplaced, ...report.problems, other].filter((one) => one !== undefined) };
};

const renewalReport = (
  misplaced: string | undefined,
  { release, kept, attestationKeyPem }: Omit<Facts, 'checks'>,
): AttestationReport => {
  const opened = openRenewal(jsonIn(kept.bytes), attestationKeyPem);
  const other =
    'problem' in opened
      ? opened.problem
      : opened.said.release_id === release.releaseId && opened.artifactSha256 === release.pinned?.artifactSha256
        ? undefined
        : 'it is about another release';
  return { attestation: undefined, problems: [misplaced, other].filter((one) => one !== undefined) };
};
