import { readKept } from '../adapters/s3-evidence-store.ts';
import type { CheckRecord, Evidence, StageEvidence, StageName } from '../domain/checks/check.ts';
import { runChecks } from '../domain/checks/run-checks.ts';
import { DATA_PROVENANCE_MAX_BYTES, parseDataProvenance } from '../domain/evidence/data-provenance.ts';
import { EVALUATION_REPORT_MAX_BYTES, parseEvaluationReport } from '../domain/evidence/evaluation-report.ts';
import { MODEL_CARD_MAX_BYTES, parseModelCard } from '../domain/evidence/model-card.ts';
import { type OutcomeRecord, outcomeRecord } from '../domain/evidence/outcome-record.ts';
import type { OutcomeCounts } from '../domain/evidence/predictions.ts';
import type { Instant, Sha256 } from '../domain/identifiers.ts';
import type { ReleaseStore } from '../domain/ports.ts';
import { Refusal } from '../domain/refusal.ts';
import { established, type Release } from '../domain/release/release.ts';
import { recordStage } from '../domain/release/stages.ts';
import { existing, releaseStep } from './machine-step.ts';

type Stage = {
  readonly stage: StageName;
  readonly store: ReleaseStore;
  readonly evidenceBucket: string;
  readonly now: () => Instant;
  /** Only for the stage that judges predictions. */
  readonly countOutcomes?: (release: Release, sha256: Sha256) => Promise<OutcomeCounts>;
};

/** The step that makes every check of one stage, as the policy that the release started with says. */
export const stageStep = (stage: Stage) =>
  releaseStep(stage.store, async (release) => {
    const made = await stage.store.checks(release.releaseId);
    if (made.some((check) => check.stage === stage.stage)) return 'evaluated';
    const { policy } = await existing(stage.store.policy(release.policySha256), release.policySha256);
    const used = policy.stages.find((candidate) => candidate.name === stage.stage);
    if (used === undefined) return 'evaluated';
    const evidence = await readEvidence(release, stage);
    const timestamp = stage.now();
    const records = runChecks(stage.stage, used.checks, evidence).map(
      ({ name, mode, verdict }): CheckRecord => ({
        entity: 'check',
        version: 0,
        releaseId: release.releaseId,
        stage: stage.stage,
        name,
        mode,
        passed: verdict.status === 'passed',
        ...verdict,
        timestamp,
      }),
    );
    await stage.store.commit(recordStage(release, stage.stage, records, outcomesOf(release, evidence)), stage.now());
    return 'evaluated';
  });

const outcomesOf = (release: Release, { outcomeCounts }: StageEvidence): OutcomeRecord | undefined =>
  outcomeCounts?.kind === 'read'
    ? outcomeRecord(release.releaseId, outcomeCounts.sha256, outcomeCounts.value)
    : undefined;

const readEvidence = async (release: Release, { evidenceBucket, countOutcomes }: Stage): Promise<StageEvidence> => {
  const { evidence } = established(release, 'pinned');
  const document = <T>(sha256: Sha256, maxBytes: number, parse: (bytes: Uint8Array) => T): Promise<Evidence<T>> =>
    reading(sha256, async () => parse(await readKept(evidenceBucket, sha256, maxBytes)));
  const [modelCard, dataProvenance, evaluationReport, outcomeCounts] = await Promise.all([
    document(evidence.model_card.sha256, MODEL_CARD_MAX_BYTES, parseModelCard),
    document(evidence.data_provenance.sha256, DATA_PROVENANCE_MAX_BYTES, parseDataProvenance),
    document(evidence.evaluation_report.sha256, EVALUATION_REPORT_MAX_BYTES, parseEvaluationReport),
    countOutcomes === undefined
      ? undefined
      : reading(evidence.predictions.sha256, () => countOutcomes(release, evidence.predictions.sha256)),
  ]);
  return {
    manifest: release.manifest,
    modelCard,
    dataProvenance,
    evaluationReport,
    predictionsSha256: evidence.predictions.sha256,
    ...(outcomeCounts === undefined ? {} : { outcomeCounts }),
  };
};

/** Evidence that cannot be read is a finding, not a fault: the check says so, and the submitter can mend it. */
const reading = async <T>(sha256: Sha256, read: () => Promise<T>): Promise<Evidence<T>> => {
  try {
    return { kind: 'read', sha256, value: await read() };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const faults = cause.faults.map(({ field, problem }) => `${field} ${problem}`);
    return { kind: 'unreadable', sha256, problem: [cause.message, ...faults].join('; ') };
  }
};
