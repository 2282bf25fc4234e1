import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { kmsSigner } from '../adapters/kms-signer.ts';
import { signAndKeep } from '../adapters/s3-envelope-store.ts';
import { readKept } from '../adapters/s3-evidence-store.ts';
import { timer } from '../adapters/timer.ts';
import { testResult } from '../domain/attestation/test-result.ts';
import { type CanarySources, runCanary, type StageCanaries } from '../domain/canary/canary.ts';
import { readChecks } from '../domain/change/read-checks.ts';
import { requireFound } from '../domain/change/require-found.ts';
import type { FurtherEvidence, UsedCheck } from '../domain/checks/check.ts';
import { type EvidencedStage, type EvidenceSources, readersOf } from '../domain/checks/evidence-readers.ts';
import { countedOutcomes, type EvidenceReaders, makeChecks } from '../domain/checks/make-checks.ts';
import type { CheckRun } from '../domain/checks/run-checks.ts';
import type { StageName } from '../domain/checks/vocabulary.ts';
import { behaviourRecord } from '../domain/evidence/behaviour-record.ts';
import { outcomeRecord } from '../domain/evidence/outcome-record.ts';
import { recordStage, type StageResult } from '../domain/gate/stages.ts';
import type { PolicyRecord } from '../domain/policy/policy-record.ts';
import { judgedBy } from '../domain/questions/fairness-line.ts';
import type { Attestation } from '../domain/records/attestation.ts';
import type { CheckRecord } from '../domain/records/check-record.ts';
import { type Pinned, type Release, requireEstablished } from '../domain/release/release.ts';
import { type TrainedFrom, trainedFrom } from '../domain/release/trained-from.ts';
import { statementBytes } from '../domain/signing/statement.ts';
import type { Writer } from '../rights/writers.ts';
import { now } from './clock.ts';
import { CODE_SHA256 } from './code-digest.ts';
import { governedHandler } from './governed-handler.ts';
import { releaseStepOnce } from './machine-step.ts';
import { releaseStoreOf } from './release-store.ts';
import type { StageEnv } from './stage-env.ts';

const WRITER_OF = {
  data_provenance: 'EvaluateDataProvenance',
  model_card: 'EvaluateModelCard',
  bias_and_fairness: 'EvaluateBiasAndFairness',
  safety_evaluation: 'EvaluateSafetyEvaluation',
  security_review: 'EvaluateSecurityReview',
  custom_checks: 'EvaluateCustomChecks',
  risk_classification: 'EvaluateRiskClassification',
} as const satisfies Readonly<Record<StageName, Writer>>;

type Stage = { readonly stage: StageName; readonly env: StageEnv };

type JudgingStep = {
  readonly known: EvidencedStage;
  readonly env: StageEnv;
  readonly canaries: StageCanaries;
  /** What the canaries of the stage are read from besides documents. */
  readonly canarySources?: CanarySources;
  /** What the stage reads besides documents. */
  readonly sources?: (release: PinnedRelease, used: readonly UsedCheck[]) => Omit<EvidenceSources, 'bytes'>;
};

/** Nothing is judged before it is pinned. */
type PinnedRelease = Release & { readonly pinned: Pinned };

type Made = { readonly runs: readonly CheckRun[] } & Partial<
  Pick<StageResult, 'outcomes' | 'behaviour' | 'trainedFrom'>
>;

const LINEAGE_SECONDS = 30;

/** Asks a stage to prove one of its checks. It is about no release. */
const CanaryStep = z.strictObject({ canary: z.string().min(1) });

/** Asks for one check to be made again on a release. */
const ReverifyStep = z.strictObject({ reverify: z.string().min(1), releaseId: z.string().min(1) });

/**
 * The step that runs every check of one stage on the evidence of the release. Asked for a canary, it runs that check on the cases
 * that come with it and answers how it fared: nothing is read from the table then. Asked to make one check again, it answers what
 * that says of the release now. In both cases nothing is committed or signed.
 */
export const stageStep = (judging: JudgingStep) => {
  const { canaries, canarySources: sources = () => ({}) } = judging;
  const judge = judgingStep(judging);
  const prove = governedHandler(CanaryStep, async ({ canary }) => ({
    ...(await runCanary(canaries, canary, { timer, sources })),
    codeSha256: CODE_SHA256,
  }));
  const judgeAgain = governedHandler(ReverifyStep, (asked) => checkAgain(judging, asked));
  return (event: unknown, context: Context) => {
    // Whatever else it holds: what names one of these is no step of a machine.
    if (names(event, 'canary')) return prove(event, context);
    return names(event, 'reverify') ? judgeAgain(event, context) : judge(event, context);
  };
};

const names = (event: unknown, field: string): boolean =>
  typeof event === 'object' && event !== null && Object.hasOwn(event, field);

const checkAgain = async (judging: JudgingStep, asked: z.infer<typeof ReverifyStep>) => {
  const { known, env } = judging;
  const store = releaseStoreOf(WRITER_OF[known.stage], env.TABLE_NAME);
  const release = await requireFound(store.get('release', asked.releaseId), asked.releaseId);
  const { policy } = await requireFound(store.get('policy', release.policySha256), release.policySha256);
  const used = usedBy(policy, known.stage)?.filter(({ name }) => name === asked.reverify) ?? [];
  const [run] = await makeChecks(known, used, worldOf(judging, release, used));
  if (run === undefined) throw new Error(`the policy of ${asked.releaseId} does not use ${asked.reverify}`);
  const { status, measured, threshold, explanation } = run.verdict;
  return { check: run.name, status, measured, threshold, explanation, codeSha256: CODE_SHA256 };
};

/** What the checks of a stage read of a release, and what else they go by. */
const worldOf = ({ known, env, sources }: JudgingStep, release: Release, used: readonly UsedCheck[]) => {
  const pinned = { ...release, pinned: requireEstablished(release, 'pinned') };
  const read = readersOf(known.evidence, pinned, {
    bytes: (sha256, maxBytes) => readKept(env.EVIDENCE_BUCKET, sha256, maxBytes),
    ...sources?.(pinned, used),
  });
  return { read, timer, tier: release.riskTier };
};

const usedBy = ({ stages }: PolicyRecord, stage: StageName): readonly UsedCheck[] | undefined =>
  stages.find((candidate) => candidate.name === stage)?.checks;

const judgingStep = (judging: JudgingStep) => {
  const { known, env } = judging;
  return checkingStep({ stage: known.stage, env }, async (release, used) => {
    const world = worldOf(judging, release, used);
    const runs = await makeChecks(known, used, world);
    if (known.stage === 'data_provenance') return { runs, trainedFrom: await trainedFromIn(world.read) };
    return known.stage === 'bias_and_fairness'
      ? { runs, ...(await keptCounts(release, known, used, world.read)) }
      : { runs };
  });
};

/**
 * What the model came from, by its evidence, whether a check asks for that or not. A check that waited in vain for a file was given up
 * after its time; this waits for the same reading no longer.
 */
const trainedFromIn = async ({
  dataProvenance,
  trainingProvenance,
  evaluationReport,
}: EvidenceReaders): Promise<TrainedFrom | undefined> => {
  const { elapsed, cancel } = timer(LINEAGE_SECONDS);
  const read = async <T>(kind: () => Promise<FurtherEvidence<T>>): Promise<T | undefined> => {
    const found = await Promise.race([kind(), elapsed]);
    return found?.kind === 'read' ? found.value : undefined;
  };
  try {
    const [provenance, training] = await Promise.all([read(dataProvenance), read(trainingProvenance)]);
    const isSaid = Object.keys(training?.parameters ?? {}).length > 0;
    const report = isSaid ? undefined : await read(evaluationReport);
    return trainedFrom({ dataProvenance: provenance, training, report });
  } finally {
    cancel();
  }
};

/** The counts are kept: pages draw them, and the next release is compared with the outcomes group by group. */
const keptCounts = async (
  { releaseId }: Release,
  { checks }: EvidencedStage,
  used: readonly UsedCheck[],
  read: EvidenceReaders,
): Promise<Omit<Made, 'runs'>> => {
  const counts = await countedOutcomes(read);
  const isJudged = judgedBy(used);
  const outcomes =
    counts?.kind === 'read'
      ? outcomeRecord({ releaseId, predictionsSha256: counts.sha256, counts: counts.value }, isJudged)
      : undefined;
  // Joining two tables is not cheap: they are compared only where a check of the policy asks.
  const isAsked = checks.some(
    ({ name, reads }) => reads.includes('behaviour') && used.some((one) => one.name === name),
  );
  if (!isAsked) return { outcomes };
  // As with the outcomes: the check has ended, so what is not there by now is not waited for.
  const behaviour = await Promise.race([read.behaviour(), undefined]);
  const live = await read.liveRelease();
  if (behaviour?.kind !== 'read' || live?.predictions === undefined) return { outcomes };
  const compared = { releaseId, predictionsSha256: behaviour.sha256, liveReleaseId: live.releaseId };
  const former = { livePredictionsSha256: live.predictions.sha256 };
  return { outcomes, behaviour: behaviourRecord({ ...compared, ...former }, behaviour.value, isJudged) };
};

/**
 * The step that runs the checks of one stage once, by the policy that the release started with, signs the results, and
 * commits both in one transaction.
 */
export const checkingStep = (
  { stage, env }: Stage,
  make: (release: Release, used: readonly UsedCheck[]) => Promise<Made>,
) => {
  const store = releaseStoreOf(WRITER_OF[stage], env.TABLE_NAME);
  const attest = attesting(stage, env);
  const readMade = (releaseId: string) => readChecks(store, releaseId);
  return releaseStepOnce(store, readMade, async (release, made) => {
    if (made.some((check) => check.stage === stage)) return 'evaluated';
    const { policy } = await requireFound(store.get('policy', release.policySha256), release.policySha256);
    const used = usedBy(policy, stage);
    if (used === undefined) return 'evaluated';
    const { runs, ...found } = await make(release, used);
    const checks = recordsOf(release, stage, runs);
    const attestation = await attest(release, policy, checks);
    await store.commit(recordStage(release, { outcomes: undefined, ...found, stage, checks, attestation }), now());
    return 'evaluated';
  });
};

const recordsOf = (release: Release, stage: StageName, runs: readonly CheckRun[]): CheckRecord[] => {
  const timestamp = now();
  return runs.map(({ name, mode, verdict, codeSha256 = CODE_SHA256 }) => ({
    entity: 'check',
    version: 0,
    releaseId: release.releaseId,
    stage,
    name,
    mode,
    passed: verdict.status === 'passed',
    ...verdict,
    codeSha256,
    timestamp,
  }));
};

/** If we crash between this and the commit, the next try signs again; only the one in the table is the attestation. */
const attesting = (stage: StageName, env: StageEnv) => {
  const retention = { mode: env.LOCK_MODE, days: env.EVIDENCE_RETENTION_DAYS };
  const by = { signer: kmsSigner(env.ATTESTATION_KEY_ID), lockedIn: { bucket: env.EVIDENCE_BUCKET, retention } };
  return async (release: Release, policy: PolicyRecord, checks: readonly CheckRecord[]): Promise<Attestation> => {
    const signedAt = now();
    const statement = statementBytes(testResult({ release, stage, checks, policy, now: signedAt }));
    const kept = await signAndKeep(statement, release, { attestationOf: stage }, by);
    return { entity: 'attestation', version: 0, releaseId: release.releaseId, stage, ...kept, signedAt };
  };
};
