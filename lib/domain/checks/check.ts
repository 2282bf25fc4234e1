import * as z from 'zod';
import type { DataProvenance } from '../evidence/data-provenance.ts';
import type { EvaluationReport } from '../evidence/evaluation-report.ts';
import type { ModelCard } from '../evidence/model-card.ts';
import type { OutcomeCounts } from '../evidence/predictions.ts';
import { Instant, ReleaseId, type Sha256 } from '../identifiers.ts';
import type { ReleaseManifest } from '../release/manifest.ts';

/** The stages that the release machine has a branch for. */
export const StageName = z.enum(['data_provenance', 'model_card', 'bias_and_fairness']);
export type StageName = z.infer<typeof StageName>;

/** How a check ended. Only `passed` passes. */
export const CheckStatus = z.enum(['passed', 'failed', 'inconclusive', 'not_provided', 'error']);
export type CheckStatus = z.infer<typeof CheckStatus>;

/** What a policy makes of a check that does not pass: note it, show it to the approvers, or stop the release. */
export const CheckMode = z.enum(['observe', 'warn', 'enforce']);
export type CheckMode = z.infer<typeof CheckMode>;

/** An evidence file as a check meets it: read, or there but not readable. */
export type Evidence<T> =
  | { readonly kind: 'read'; readonly sha256: Sha256; readonly value: T }
  | { readonly kind: 'unreadable'; readonly sha256: Sha256; readonly problem: string };

/** All that a check may look at. It is read before any check is asked; a check reads nothing itself. */
export type StageEvidence = {
  readonly manifest: ReleaseManifest;
  readonly modelCard: Evidence<ModelCard>;
  readonly dataProvenance: Evidence<DataProvenance>;
  readonly evaluationReport: Evidence<EvaluationReport>;
  /** Digest of the predictions file that was pinned, so that a report about another file is found out. */
  readonly predictionsSha256?: Sha256;
  /** Only for the stage that judges predictions. */
  readonly outcomeCounts?: Evidence<OutcomeCounts>;
};

/** What a check found: the number it measured, what it is held against, and what a submitter can do about it. */
export type Verdict = {
  readonly status: CheckStatus;
  /** Decimal strings or short words: they go into the audit event as they are. */
  readonly measured: string;
  readonly threshold: string;
  readonly explanation: string;
  /** Digest of the evidence that was judged; empty if there was none. */
  readonly evidenceSha256: Sha256 | '';
};

/** One named check. `parameters` is what a policy may set for it. */
export type Check<Parameters extends z.ZodType = z.ZodType> = {
  readonly name: string;
  readonly stage: StageName;
  readonly parameters: Parameters;
  readonly judge: (evidence: StageEvidence, parameters: z.infer<Parameters>) => Verdict;
};

/**
 * Declares a check: its judgement sees its own parameters' type, and whoever runs it hands over what the policy says,
 * which is parsed here, defaults and all.
 */
export const defineCheck = <Parameters extends z.ZodType>(check: Check<Parameters>): Check => ({
  ...check,
  judge: (evidence, parameters) => check.judge(evidence, check.parameters.parse(parameters)),
});

/** A verdict as it is kept with the release. */
export const CheckRecord = z.strictObject({
  entity: z.literal('check'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  stage: StageName,
  name: z.string(),
  mode: CheckMode,
  status: CheckStatus,
  passed: z.boolean(),
  measured: z.string(),
  threshold: z.string(),
  explanation: z.string(),
  evidenceSha256: z.string(),
  timestamp: Instant,
});
export type CheckRecord = z.infer<typeof CheckRecord>;
