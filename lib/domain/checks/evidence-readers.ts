import {
  ARTIFACT_SIGNATURE_MAX_BYTES,
  type ArtifactSignature,
  parseArtifactSignature,
  type SignatureFinding,
} from '../evidence/artifact-signature.ts';
import { CODE_QUALITY_REPORT_MAX_BYTES, parseCodeQualityReport } from '../evidence/code-quality-report.ts';
import type { Controls } from '../evidence/controls.ts';
import { DATA_PROVENANCE_MAX_BYTES } from '../evidence/data-provenance.ts';
import {
  DEPLOYMENT_DESCRIPTOR_MAX_BYTES,
  type DeploymentDescriptor,
  parseDeploymentDescriptor,
} from '../evidence/deployment-descriptor.ts';
import { EDGE_CASE_RESULTS_MAX_BYTES, parseEdgeCaseResults } from '../evidence/edge-case-results.ts';
import { EVALUATION_REPORT_MAX_BYTES } from '../evidence/evaluation-report.ts';
import { EXPLAINABILITY_REPORT_MAX_BYTES, parseExplainabilityReport } from '../evidence/explainability-report.ts';
import { BIAS_REPORT_MAX_BYTES, parseBiasReport } from '../evidence/foreign/clarify.ts';
import { DRIFT_REPORT_MAX_BYTES, parseDriftReport } from '../evidence/foreign/model-monitor.ts';
import { INPUT_PROTECTION_REPORT_MAX_BYTES, parseInputProtectionReport } from '../evidence/input-protection-report.ts';
import type { LiveEndpoint } from '../evidence/live-endpoint.ts';
import { LOAD_TEST_REPORT_MAX_BYTES, parseLoadTestReport } from '../evidence/load-test-report.ts';
import { MODEL_CARD_MAX_BYTES } from '../evidence/model-card.ts';
import type { ModelOutputs } from '../evidence/predictions/model-outputs.ts';
import type { PerturbationCounts } from '../evidence/predictions/perturbation.ts';
import type { OutcomeCounts } from '../evidence/predictions/predictions.ts';
import { parseDataProvenance } from '../evidence/readers/data-provenance.ts';
import { parseEvaluationReport } from '../evidence/readers/evaluation-report.ts';
import { parseModelCard } from '../evidence/readers/model-card.ts';
import { parseBillOfMaterials, parseTrainingProvenance } from '../evidence/readers/training-provenance.ts';
import { TRAINING_PROVENANCE_MAX_BYTES } from '../evidence/training-provenance.ts';
import type { Sha256 } from '../identifiers.ts';
import type { ManifestRecord } from '../release/manifest-record.ts';
import type { Pinned } from '../release/release.ts';
import type { FurtherEvidence } from './check.ts';
import type { LiveRelease } from './live-release.ts';
import type { EvidenceReaders } from './make-checks.ts';
import { type EvidenceBytes, readOrExplain, readPinnedDocument } from './read-pinned-document.ts';

/** A release as far as its evidence goes: pinned, or on the submitter's disk beforehand. */
export type EvidencedRelease = { readonly manifest: ManifestRecord; readonly pinned: Pinned };

/** Where evidence comes from. An optional source may be missing where no check that runs needs it. */
export type EvidenceSources = {
  readonly bytes: EvidenceBytes;
  readonly countOutcomes?: () => Promise<OutcomeCounts>;
  readonly modelOutputs?: () => Promise<ModelOutputs>;
  readonly perturbation?: (perturbedSha256: Sha256) => Promise<PerturbationCounts>;
  readonly verifySignature?: (signature: ArtifactSignature) => Promise<SignatureFinding>;
  readonly liveEndpoint?: (entryPoint: EntryPoint) => Promise<LiveEndpoint>;
  readonly liveRelease?: () => Promise<LiveRelease | undefined>;
  readonly controls?: () => Promise<Controls>;
};
export type EntryPoint = { readonly arn: string; readonly domainName: string | undefined };

/** Reads each kind of evidence of a release, once, when the first check asks for it. */
export const evidenceReaders = ({ manifest, pinned }: EvidencedRelease, sources: EvidenceSources): EvidenceReaders => {
  const { evidence } = pinned;
  const document = <T>(kept: Kept | undefined, maxBytes: number, parse: (bytes: Uint8Array) => T) =>
    once(() => further(kept, async (sha256) => parse(await sources.bytes(sha256, maxBytes))));
  const required = <T>(kept: Kept, maxBytes: number, parse: (bytes: Uint8Array) => T) =>
    once(() => readPinnedDocument(kept, { maxBytes, parse }, sources.bytes));
  const deploymentDescriptor = document(
    evidence.deployment_descriptor,
    DEPLOYMENT_DESCRIPTOR_MAX_BYTES,
    parseDeploymentDescriptor,
  );
  return {
    manifest: async () => manifest,
    artifactSha256: async () => pinned.artifactSha256,
    predictionsSha256: async () => evidence.predictions.sha256,
    modelCard: required(evidence.model_card, MODEL_CARD_MAX_BYTES, parseModelCard),
    dataProvenance: required(evidence.data_provenance, DATA_PROVENANCE_MAX_BYTES, parseDataProvenance),
    evaluationReport: required(evidence.evaluation_report, EVALUATION_REPORT_MAX_BYTES, parseEvaluationReport),
    outcomeCounts: once(() => readOrExplain(evidence.predictions.sha256, from(sources, 'countOutcomes'))),
    modelOutputs: once(() => readOrExplain(evidence.predictions.sha256, from(sources, 'modelOutputs'))),
    perturbation: once(() => further(evidence.perturbed_predictions, from(sources, 'perturbation'))),
    edgeCaseResults: document(evidence.edge_case_results, EDGE_CASE_RESULTS_MAX_BYTES, parseEdgeCaseResults),
    baselineReport: document(evidence.baseline_report, EVALUATION_REPORT_MAX_BYTES, parseEvaluationReport),
    loadTestReport: document(evidence.load_test_report, LOAD_TEST_REPORT_MAX_BYTES, parseLoadTestReport),
    explainabilityReport: document(
      evidence.explainability_report,
      EXPLAINABILITY_REPORT_MAX_BYTES,
      parseExplainabilityReport,
    ),
    codeQualityReport: document(evidence.code_quality_report, CODE_QUALITY_REPORT_MAX_BYTES, parseCodeQualityReport),
    inputProtectionReport: document(
      evidence.input_protection_report,
      INPUT_PROTECTION_REPORT_MAX_BYTES,
      parseInputProtectionReport,
    ),
    biasReport: document(evidence.bias_report, BIAS_REPORT_MAX_BYTES, parseBiasReport),
    driftReport: document(evidence.drift_report, DRIFT_REPORT_MAX_BYTES, parseDriftReport),
    trainingProvenance: document(evidence.training_provenance, TRAINING_PROVENANCE_MAX_BYTES, parseTrainingProvenance),
    billOfMaterials: document(evidence.bill_of_materials, TRAINING_PROVENANCE_MAX_BYTES, parseBillOfMaterials),
    artifactSignature: once(() =>
      further(evidence.artifact_signature, async (sha256) => {
        const signature = parseArtifactSignature(await sources.bytes(sha256, ARTIFACT_SIGNATURE_MAX_BYTES));
        return from(sources, 'verifySignature')(signature);
      }),
    ),
    deploymentDescriptor,
    liveEndpoint: once(async () => readLive(await deploymentDescriptor(), from(sources, 'liveEndpoint'))),
    liveRelease: once(from(sources, 'liveRelease')),
    controls: once(from(sources, 'controls')),
  };
};

type Kept = { readonly sha256: Sha256 };

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let result: Promise<T> | undefined;
  return () => {
    result ??= read();
    return result;
  };
};

/** A missing source is a bug of the caller, and says so. */
const from = <Name extends Exclude<keyof EvidenceSources, 'bytes'>>(
  sources: EvidenceSources,
  name: Name,
): NonNullable<EvidenceSources[Name]> => {
  const missing = () => Promise.reject(new Error(`could not read ${name}: there is no source for it here`));
  // The cast holds: a source that only throws answers every type.
  return (sources[name] ?? missing) as NonNullable<EvidenceSources[Name]>;
};

const readLive = async (
  descriptor: FurtherEvidence<DeploymentDescriptor>,
  live: (entryPoint: EntryPoint) => Promise<LiveEndpoint>,
): Promise<LiveEndpoint | undefined> => {
  if (descriptor.kind !== 'read') return undefined;
  const { arn, domain_name: domainName } = descriptor.value.entry_point;
  return arn === undefined ? undefined : live({ arn, domainName });
};

const further = async <T>(kept: Kept | undefined, read: (sha256: Sha256) => Promise<T>): Promise<FurtherEvidence<T>> =>
  kept === undefined ? { kind: 'absent' } : readOrExplain(kept.sha256, () => read(kept.sha256));
