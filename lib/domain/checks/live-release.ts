import type { OutcomeRecord } from '../evidence/outcome-record.ts';
import type { Instant, ReleaseId, Sha256 } from '../identifiers.ts';
import type { EvidenceCopy } from '../release/evidence-copy.ts';
import type { ManifestRecord } from '../release/manifest-record.ts';
import type { Release } from '../release/release.ts';

/** The release in production while another one is judged: the way back, and what must not get worse. */
export type LiveRelease = {
  readonly releaseId: ReleaseId;
  readonly modelVersion: string;
  readonly state: Release['state'];
  readonly artifactSha256: Sha256 | '';
  /** Whether its governance record was signed. */
  readonly hasRecord: boolean;
  readonly approvedUntil: Instant | '';
  readonly outcomes: OutcomeRecord | undefined;
  /** The table of its predictions as it was kept; undefined if nothing of it was pinned. */
  readonly predictions?: LivePredictions;
};

export type LivePredictions = EvidenceCopy & {
  readonly reference: ManifestRecord['predictions'];
  readonly sizeBytes: number;
};

export const liveRelease = (release: Release, outcomes: OutcomeRecord | undefined): LiveRelease => ({
  releaseId: release.releaseId,
  modelVersion: release.modelVersion,
  state: release.state,
  artifactSha256: release.pinned?.artifactSha256 ?? '',
  hasRecord: release.recordSha256 !== undefined,
  approvedUntil: release.approvedUntil ?? '',
  outcomes,
  ...(release.pinned === undefined
    ? {}
    : {
        predictions: {
          ...release.pinned.evidence.predictions,
          reference: release.manifest.predictions,
        },
      }),
});
