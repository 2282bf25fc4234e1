import { evidenceReaders } from '../domain/checks/evidence-readers.ts';
import type { Sha256 } from '../domain/identifiers.ts';
import type { ReleaseStore } from '../domain/ports.ts';
import type { ReleaseFacts } from '../domain/release/diff.ts';
import type { Release } from '../domain/release/release.ts';

/** The bytes of a kept copy, refused if there are more than `maxBytes`. */
export type ReadKept = (sha256: Sha256, maxBytes: number) => Promise<Uint8Array>;

/** Evidence that was not compared, so that nobody takes it for evidence that did not change. */
export type Unread = { readonly releaseId: string; readonly evidence: string; readonly problem: string };

/** All that a release can be compared by: what the table holds of it, and its report and card as they were pinned. */
export const readReleaseFacts = async (
  release: Release,
  store: ReleaseStore,
  readKept: ReadKept,
): Promise<{ facts: ReleaseFacts; unread: Unread[] }> => {
  const [checks, approvals, version, { evaluationReport, modelCard }] = await Promise.all([
    store.checks(release.releaseId),
    store.approvals(release.releaseId),
    store.policy(release.policySha256),
    readEvidence(release, readKept),
  ]);
  const facts = {
    release,
    checks,
    approvals,
    ...(version === undefined ? {} : { policy: version.policy }),
    ...(evaluationReport.kind === 'read' ? { evaluationReport: evaluationReport.value } : {}),
    ...(modelCard.kind === 'read' ? { modelCard: modelCard.value } : {}),
  };
  const unread = Object.entries({ evaluation_report: evaluationReport, model_card: modelCard }).flatMap(
    ([evidence, { kind, ...read }]) =>
      'problem' in read ? [{ releaseId: release.releaseId, evidence, problem: read.problem }] : [],
  );
  return { facts, unread };
};

type Unpinned = { readonly kind: 'unpinned'; readonly problem: string };
const UNPINNED: Unpinned = { kind: 'unpinned', problem: 'is not pinned yet' };

const readEvidence = async ({ manifest, pinned }: Release, bytes: ReadKept) => {
  if (pinned === undefined) return { evaluationReport: UNPINNED, modelCard: UNPINNED };
  const readers = evidenceReaders({ manifest, pinned }, { bytes });
  const [evaluationReport, modelCard] = await Promise.all([readers.evaluationReport(), readers.modelCard()]);
  return { evaluationReport, modelCard };
};
