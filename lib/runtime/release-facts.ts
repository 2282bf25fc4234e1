import { readChecks } from '../domain/change/read-checks.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import { type EvidenceBytes, readPinnedDocument } from '../domain/checks/read-pinned-document.ts';
import { EVALUATION_REPORT_MAX_BYTES } from '../domain/evidence/evaluation-report.ts';
import { MODEL_CARD_MAX_BYTES } from '../domain/evidence/model-card.ts';
import { parseEvaluationReport } from '../domain/evidence/readers/evaluation-report.ts';
import { parseModelCard } from '../domain/evidence/readers/model-card.ts';
import type { ReleaseFacts } from '../domain/questions/diff-releases.ts';
import type { Release } from '../domain/release/release.ts';

export type ReadKept = EvidenceBytes;

/** Evidence that could not be compared. It is listed, so that nobody takes it for evidence that did not change. */
export type Unread = { readonly releaseId: string; readonly evidence: string; readonly problem: string };

/** Everything a release can be compared by: its records in the table, if they are not known yet, and its report and card as they were pinned. */
export const readReleaseFacts = async (
  release: Release,
  store: ReleaseStore,
  readKept: ReadKept,
  known: Partial<Pick<ReleaseFacts, 'checks' | 'approvals' | 'policy'>> = {},
): Promise<{ facts: ReleaseFacts; unread: Unread[] }> => {
  const [checks, approvals, policy, { evaluationReport, modelCard }] = await Promise.all([
    known.checks ?? readChecks(store, release.releaseId),
    known.approvals ?? store.list('approval', release.releaseId),
    known.policy ?? store.get('policy', release.policySha256).then((version) => version?.policy),
    readReportAndCard(release, readKept),
  ]);
  const facts = {
    release,
    checks,
    approvals,
    ...(policy === undefined ? {} : { policy }),
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

const REPORT = { maxBytes: EVALUATION_REPORT_MAX_BYTES, parse: parseEvaluationReport };
const CARD = { maxBytes: MODEL_CARD_MAX_BYTES, parse: parseModelCard };

/** These two only: the doors that compare releases must not have to load the parsers of all evidence. */
const readReportAndCard = async ({ pinned }: Release, bytes: ReadKept) => {
  if (pinned === undefined) return { evaluationReport: UNPINNED, modelCard: UNPINNED };
  const { evaluation_report: report, model_card: card } = pinned.evidence;
  const [evaluationReport, modelCard] = await Promise.all([
    readPinnedDocument(report, REPORT, bytes),
    readPinnedDocument(card, CARD, bytes),
  ]);
  return { evaluationReport, modelCard };
};
