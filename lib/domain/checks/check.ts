import type * as z from 'zod';
import type { SignatureFinding } from '../evidence/artifact-signature.ts';
import type { Attestations } from '../evidence/attestations.ts';
import type { CodeQualityReport } from '../evidence/code-quality-report.ts';
import type { Controls } from '../evidence/controls.ts';
import type { DataProvenance } from '../evidence/data-provenance.ts';
import type { DeploymentDescriptor } from '../evidence/deployment-descriptor.ts';
import type { EdgeCaseResults } from '../evidence/edge-case-results.ts';
import type { EvaluationReport } from '../evidence/evaluation-report.ts';
import type { ExplainabilityReport } from '../evidence/explainability-report.ts';
import type { ClarifyAnalysis } from '../evidence/foreign/clarify.ts';
import type { DriftReport } from '../evidence/foreign/model-monitor.ts';
import type { InputProtectionReport } from '../evidence/input-protection-report.ts';
import type { LiveEndpoint } from '../evidence/live-endpoint.ts';
import type { LoadTestReport } from '../evidence/load-test-report.ts';
import type { ModelCard } from '../evidence/model-card.ts';
import type { BehaviourCounts } from '../evidence/predictions/behaviour.ts';
import type { ModelOutputs } from '../evidence/predictions/model-outputs.ts';
import type { PerturbationCounts } from '../evidence/predictions/perturbation.ts';
import type { OutcomeCounts } from '../evidence/predictions/predictions.ts';
import type { TrainingFacts } from '../evidence/training-provenance.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import type { ManifestRecord } from '../release/manifest-record.ts';
import type { LiveRelease } from './live-release.ts';
import type { CheckStatus, KnownBy, StageName } from './vocabulary.ts';
import type { WayBack } from './way-back.ts';

/** An evidence file as a check sees it: read, or present but unreadable. */
export type Evidence<T> =
  | { readonly kind: 'read'; readonly sha256: Sha256; readonly value: T }
  | { readonly kind: 'unreadable'; readonly sha256: Sha256; readonly problem: string };

/** Evidence that a release may omit. A policy can still ask for it. */
export type FurtherEvidence<T> = Evidence<T> | { readonly kind: 'absent' };

/** What an attestation can be about, by the names of the manifest. What has no digest is absent. */
export type AttestableSubjects = Readonly<Record<string, Sha256 | undefined>>;

/** Everything that a check may look at. It is read before the check runs; a check reads nothing itself. */
export type StageEvidence = {
  readonly manifest: ManifestRecord;
  /** What the artifact hashed to when it was pinned. */
  readonly artifactSha256: Sha256;
  readonly modelCard: Evidence<ModelCard>;
  readonly dataProvenance: Evidence<DataProvenance>;
  readonly evaluationReport: Evidence<EvaluationReport>;
  /** Digest of the pinned predictions file, so that a report about another file is detected. */
  readonly predictionsSha256?: Sha256;
  readonly outcomeCounts?: Evidence<OutcomeCounts>;
  /** Compared with the release in production, row by row; absent if rows cannot be told apart, or nothing is there. */
  readonly behaviour: FurtherEvidence<BehaviourCounts>;
  readonly modelOutputs: Evidence<ModelOutputs>;
  readonly perturbation: FurtherEvidence<PerturbationCounts>;
  readonly edgeCaseResults: FurtherEvidence<EdgeCaseResults>;
  readonly baselineReport: FurtherEvidence<EvaluationReport>;
  readonly loadTestReport: FurtherEvidence<LoadTestReport>;
  readonly explainabilityReport: FurtherEvidence<ExplainabilityReport>;
  readonly codeQualityReport: FurtherEvidence<CodeQualityReport>;
  readonly inputProtectionReport: FurtherEvidence<InputProtectionReport>;
  readonly biasReport: FurtherEvidence<ClarifyAnalysis>;
  readonly driftReport: FurtherEvidence<DriftReport>;
  readonly trainingProvenance: FurtherEvidence<TrainingFacts>;
  readonly billOfMaterials: FurtherEvidence<TrainingFacts>;
  readonly artifactSignature: FurtherEvidence<SignatureFinding>;
  readonly attestations: FurtherEvidence<Attestations>;
  readonly subjects: AttestableSubjects;
  /** When the release was requested: certificates must have been valid then. */
  readonly requestedAt: Instant;
  readonly deploymentDescriptor: FurtherEvidence<DeploymentDescriptor>;
  /** The configuration of the entry point that the descriptor names; absent if it names none. */
  readonly liveEndpoint: LiveEndpoint | undefined;
  /** The release in production; absent if there is none. */
  readonly liveRelease: LiveRelease | undefined;
  /** How the release in production would serve again; absent if there is none. */
  readonly wayBack: WayBack | undefined;
  readonly controls: Controls;
};
export type EvidenceField = keyof StageEvidence;

/** What a check found: the number it measured, the threshold that applies, and what a submitter can do about it. */
export type Verdict = {
  readonly status: CheckStatus;
  /** A decimal string or a few words. It goes into the audit event as it is. */
  readonly measured: string;
  readonly threshold: string;
  readonly explanation: string;
  /** Digest of the evidence that was judged; empty if there was none. */
  readonly evidenceSha256: Sha256 | '';
  /** Only if it is known otherwise than the check usually knows. */
  readonly knownBy?: KnownBy;
};

/** One named check. `parameters` is what a policy may set for it; `reads` lists all the evidence that it gets. */
export type Check<Parameters extends z.ZodType = z.ZodType, Reads extends EvidenceField = EvidenceField> = {
  readonly name: string;
  readonly stage: StageName;
  readonly knownBy: KnownBy;
  readonly parameters: Parameters;
  readonly reads: readonly Reads[];
  readonly judge: (evidence: Pick<StageEvidence, Reads>, parameters: z.infer<Parameters>) => Verdict;
};

/** The checks that one stage knows; a policy uses some of them. */
export type StageChecks = { readonly stage: StageName; readonly checks: readonly Check[] };

/**
 * Declares a check. Inside, `judge` sees the type of its own parameters; callers pass what the policy says, which is
 * parsed here, defaults included.
 */
export const defineCheck = <Parameters extends z.ZodType, const Reads extends EvidenceField>(
  check: Check<Parameters, Reads>,
): Check => ({
  ...check,
  judge: (evidence, parameters) => check.judge(evidence, check.parameters.parse(parameters)),
});

/**
 * A check as a policy uses it. Written out rather than inferred: the policy schema is made of the checks, not the other
 * way round.
 */
export type UsedCheck = {
  readonly name: string;
  /** The word in the policy, which may be one that this version does not know. */
  readonly mode: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** By tier: what a verdict that passes must be known by. */
  readonly require_known?: Readonly<Record<string, string | undefined>> | undefined;
  /** Of a custom check only. */
  readonly lambda_arn?: string | undefined;
  readonly timeout_seconds?: number | undefined;
};
