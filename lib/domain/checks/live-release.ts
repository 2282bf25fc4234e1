import type { OutcomeRecord } from '../evidence/outcome-record.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import type { Release } from '../release/release.ts';

/** The release in production while another one is judged: the way back, and what must not get worse. */
export type LiveRelease = {
  readonly releaseId: string;
  readonly modelVersion: string;
  readonly state: Release['state'];
  readonly artifactSha256: Sha256 | '';
  /** Whether its governance record was signed. */
  readonly hasRecord: boolean;
  readonly approvedUntil: Instant | '';
  readonly outcomes: OutcomeRecord | undefined;
};

export const liveRelease = (release: Release, outcomes: OutcomeRecord | undefined): LiveRelease => ({
  releaseId: release.releaseId,
  modelVersion: release.modelVersion,
  state: release.state,
  artifactSha256: release.pinned?.artifactSha256 ?? '',
  hasRecord: release.recordSha256 !== undefined,
  approvedUntil: release.approvedUntil ?? '',
  outcomes,
});
