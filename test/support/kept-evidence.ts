import type { Sha256 } from '../../lib/domain/identifiers.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { ReadKept } from '../../lib/runtime/release-facts.ts';
import { digestOf } from './approval-case.ts';

/** Reads kept copies of these documents by their digests; of any other it says that it cannot be read. */
export const keptEvidence = (documents: ReadonlyMap<Sha256, unknown> = new Map()): ReadKept => {
  return async (sha256) => {
    if (!documents.has(sha256)) throw new Refusal('EvidenceUnreadable', `${sha256} is no kept copy`);
    return new TextEncoder().encode(JSON.stringify(documents.get(sha256)));
  };
};

export const A_REPORT = {
  schema_version: 1,
  model_name: 'mortgage-approval',
  model_version: '1.2.0',
  artifact_sha256: digestOf('artifact'),
  predictions_sha256: digestOf('predictions'),
  dataset: { name: 'register', sha256: digestOf('train'), rows: 2380 },
  test_split: { rows: 400, method: 'held-out half' },
  features: ['income', 'debt'],
  operating_threshold: 0.8,
  metrics: { auc: 0.83 },
};

/** The release with its report and card pinned under these digests. */
export const pinnedTo = (release: Release, report: Sha256, card: Sha256): Release => {
  if (release.pinned === undefined) throw new Error(`${release.releaseId} is not pinned`);
  const { evidence } = release.pinned;
  const pinned = (sha256: Sha256) => ({ sha256, sizeBytes: 1000 });
  return {
    ...release,
    pinned: {
      ...release.pinned,
      evidence: { ...evidence, evaluation_report: pinned(report), model_card: pinned(card) },
    },
  };
};
