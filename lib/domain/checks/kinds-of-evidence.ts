/**
 * The readers of each kind of evidence. They are separate functions, so that a stage bundles the parsers of its own
 * evidence only.
 */
import { ARTIFACT_SIGNATURE_MAX_BYTES, parseArtifactSignature } from '../evidence/artifact-signature.ts';
import { ATTESTATIONS_MAX_BYTES, parseAttestations } from '../evidence/attestations.ts';
import { CODE_QUALITY_REPORT_MAX_BYTES, parseCodeQualityReport } from '../evidence/code-quality-report.ts';
import { DATA_PROVENANCE_MAX_BYTES } from '../evidence/data-provenance.ts';
import { DEPLOYMENT_DESCRIPTOR_MAX_BYTES, parseDeploymentDescriptor } from '../evidence/deployment-descriptor.ts';
import { EDGE_CASE_RESULTS_MAX_BYTES, parseEdgeCaseResults } from '../evidence/edge-case-results.ts';
import { EVALUATION_REPORT_MAX_BYTES } from '../evidence/evaluation-report.ts';
import { EXPLAINABILITY_REPORT_MAX_BYTES, parseExplainabilityReport } from '../evidence/explainability-report.ts';
import { BIAS_REPORT_MAX_BYTES, parseBiasReport } from '../evidence/foreign/clarify.ts';
import { DRIFT_REPORT_MAX_BYTES, parseDriftReport } from '../evidence/foreign/model-monitor.ts';
import { INPUT_PROTECTION_REPORT_MAX_BYTES, parseInputProtectionReport } from '../evidence/input-protection-report.ts';
import { LOAD_TEST_REPORT_MAX_BYTES, parseLoadTestReport } from '../evidence/load-test-report.ts';
import { MODEL_CARD_MAX_BYTES } from '../evidence/model-card.ts';
import { behaviourQuestion } from '../evidence/predictions/behaviour-question.ts';
import { parseDataProvenance } from '../evidence/readers/data-provenance.ts';
import { parseEvaluationReport } from '../evidence/readers/evaluation-report.ts';
import { parseModelCard } from '../evidence/readers/model-card.ts';
import { parseBillOfMaterials, parseTrainingProvenance } from '../evidence/readers/training-provenance.ts';
import { TRAINING_PROVENANCE_MAX_BYTES } from '../evidence/training-provenance.ts';
import { Sha256 } from '../identifiers.ts';
import { imageAddress } from '../release/image-address.ts';
import type { EvidenceName } from '../release/manifest.ts';
import type { EvidenceField, FurtherEvidence, StageEvidence } from './check.ts';
import type { EvidencedRelease, EvidenceReader, EvidenceSources } from './evidence-readers.ts';
import { readOrExplain, readPinnedDocument } from './read-pinned-document.ts';

type Reader<Field extends EvidenceField> = EvidenceReader<StageEvidence[Field]>;

export const manifest: Reader<'manifest'> = async (release) => release.manifest;

export const artifactSha256: Reader<'artifactSha256'> = async ({ pinned }) => pinned.artifactSha256;

export const predictionsSha256: Reader<'predictionsSha256'> = async ({ pinned }) => pinned.evidence.predictions.sha256;

export const modelCard: Reader<'modelCard'> = ({ pinned }, { bytes }) =>
  readPinnedDocument(pinned.evidence.model_card, { maxBytes: MODEL_CARD_MAX_BYTES, parse: parseModelCard }, bytes);

export const dataProvenance: Reader<'dataProvenance'> = ({ pinned }, { bytes }) =>
  readPinnedDocument(
    pinned.evidence.data_provenance,
    { maxBytes: DATA_PROVENANCE_MAX_BYTES, parse: parseDataProvenance },
    bytes,
  );

export const evaluationReport: Reader<'evaluationReport'> = ({ pinned }, { bytes }) =>
  readPinnedDocument(
    pinned.evidence.evaluation_report,
    { maxBytes: EVALUATION_REPORT_MAX_BYTES, parse: parseEvaluationReport },
    bytes,
  );

export const outcomeCounts: Reader<'outcomeCounts'> = ({ pinned }, sources) =>
  readOrExplain(pinned.evidence.predictions.sha256, from(sources, 'countOutcomes'));

export const behaviour: Reader<'behaviour'> = async ({ manifest: { predictions }, pinned }, sources, read) => {
  const live = (await read.liveRelease())?.predictions;
  const question = live === undefined ? undefined : behaviourQuestion(predictions, live.reference);
  if (live === undefined || question === undefined) return { kind: 'absent' };
  return readOrExplain(pinned.evidence.predictions.sha256, () => from(sources, 'behaviour')(live, question));
};

export const modelOutputs: Reader<'modelOutputs'> = ({ pinned }, sources) =>
  readOrExplain(pinned.evidence.predictions.sha256, from(sources, 'modelOutputs'));

export const perturbation: Reader<'perturbation'> = ({ pinned }, sources) =>
  readFurther(pinned.evidence.perturbed_predictions, from(sources, 'perturbation'));

export const edgeCaseResults: Reader<'edgeCaseResults'> = (release, sources) =>
  readFile(release, sources, {
    name: 'edge_case_results',
    maxBytes: EDGE_CASE_RESULTS_MAX_BYTES,
    parse: parseEdgeCaseResults,
  });

export const baselineReport: Reader<'baselineReport'> = (release, sources) =>
  readFile(release, sources, {
    name: 'baseline_report',
    maxBytes: EVALUATION_REPORT_MAX_BYTES,
    parse: parseEvaluationReport,
  });

export const loadTestReport: Reader<'loadTestReport'> = (release, sources) =>
  readFile(release, sources, {
    name: 'load_test_report',
    maxBytes: LOAD_TEST_REPORT_MAX_BYTES,
    parse: parseLoadTestReport,
  });

export const explainabilityReport: Reader<'explainabilityReport'> = (release, sources) =>
  readFile(release, sources, {
    name: 'explainability_report',
    maxBytes: EXPLAINABILITY_REPORT_MAX_BYTES,
    parse: parseExplainabilityReport,
  });

export const codeQualityReport: Reader<'codeQualityReport'> = (release, sources) =>
  readFile(release, sources, {
    name: 'code_quality_report',
    maxBytes: CODE_QUALITY_REPORT_MAX_BYTES,
    parse: parseCodeQualityReport,
  });

export const inputProtectionReport: Reader<'inputProtectionReport'> = (release, sources) =>
  readFile(release, sources, {
    name: 'input_protection_report',
    maxBytes: INPUT_PROTECTION_REPORT_MAX_BYTES,
    parse: parseInputProtectionReport,
  });

export const biasReport: Reader<'biasReport'> = (release, sources) =>
  readFile(release, sources, { name: 'bias_report', maxBytes: BIAS_REPORT_MAX_BYTES, parse: parseBiasReport });

export const driftReport: Reader<'driftReport'> = (release, sources) =>
  readFile(release, sources, { name: 'drift_report', maxBytes: DRIFT_REPORT_MAX_BYTES, parse: parseDriftReport });

export const trainingProvenance: Reader<'trainingProvenance'> = (release, sources) =>
  readFile(release, sources, {
    name: 'training_provenance',
    maxBytes: TRAINING_PROVENANCE_MAX_BYTES,
    parse: (bytes) => parseTrainingProvenance(bytes, release.manifest.artifact_sha256),
  });

export const billOfMaterials: Reader<'billOfMaterials'> = (release, sources) =>
  readFile(release, sources, {
    name: 'bill_of_materials',
    maxBytes: TRAINING_PROVENANCE_MAX_BYTES,
    parse: parseBillOfMaterials,
  });

export const deploymentDescriptor: Reader<'deploymentDescriptor'> = (release, sources) =>
  readFile(release, sources, {
    name: 'deployment_descriptor',
    maxBytes: DEPLOYMENT_DESCRIPTOR_MAX_BYTES,
    parse: parseDeploymentDescriptor,
  });

export const artifactSignature: Reader<'artifactSignature'> = ({ pinned }, sources) =>
  readFurther(pinned.evidence.artifact_signature, async (sha256) => {
    const signature = parseArtifactSignature(await sources.bytes(sha256, ARTIFACT_SIGNATURE_MAX_BYTES));
    return from(sources, 'verifySignature')(signature);
  });

export const attestations: Reader<'attestations'> = (release, sources) =>
  readFile(release, sources, { name: 'attestations', maxBytes: ATTESTATIONS_MAX_BYTES, parse: parseAttestations });

export const subjects: Reader<'subjects'> = async ({ manifest: claimed, pinned, serving }) => {
  const image = imageAddress(serving?.image ?? claimed.deployment.image_uri)?.digest?.replace('sha256:', '');
  return {
    ...Object.fromEntries(Object.entries(pinned.evidence).map(([name, { sha256 }]) => [name, sha256])),
    artifact: pinned.artifactSha256,
    image: image === undefined ? undefined : Sha256.parse(image),
    training_dataset: claimed.training_dataset_sha256,
  };
};

export const requestedAt: Reader<'requestedAt'> = (_, sources) => from(sources, 'requestedAt')();

export const liveEndpoint: Reader<'liveEndpoint'> = async (_, sources, read) => {
  const descriptor = await read.deploymentDescriptor();
  if (descriptor.kind !== 'read') return undefined;
  const { arn, domain_name: domainName } = descriptor.value.entry_point;
  return arn === undefined ? undefined : from(sources, 'liveEndpoint')({ arn, domainName });
};

export const liveRelease: Reader<'liveRelease'> = (_, sources) => from(sources, 'liveRelease')();

export const wayBack: Reader<'wayBack'> = (_, sources) => from(sources, 'wayBack')();

export const controls: Reader<'controls'> = (_, sources) => from(sources, 'controls')();

/** A missing source is a bug of the caller, and fails with a message that says so. */
const from = <Name extends Exclude<keyof EvidenceSources, 'bytes'>>(
  sources: EvidenceSources,
  name: Name,
): NonNullable<EvidenceSources[Name]> => {
  const missing = () => Promise.reject(new Error(`could not read ${name}: there is no source for it here`));
  // The cast holds: a source that only throws answers every type.
  return (sources[name] ?? missing) as NonNullable<EvidenceSources[Name]>;
};

type File<T> = {
  readonly name: EvidenceName;
  readonly maxBytes: number;
  readonly parse: (bytes: Uint8Array) => T;
};

/** Reads a file that a release may omit. */
const readFile = <T>(
  { pinned }: EvidencedRelease,
  { bytes }: EvidenceSources,
  { name, maxBytes, parse }: File<T>,
): Promise<FurtherEvidence<T>> =>
  readFurther(pinned.evidence[name], async (sha256) => parse(await bytes(sha256, maxBytes)));

const readFurther = async <T>(
  kept: { readonly sha256: Sha256 } | undefined,
  read: (sha256: Sha256) => Promise<T>,
): Promise<FurtherEvidence<T>> =>
  kept === undefined ? { kind: 'absent' } : readOrExplain(kept.sha256, () => read(kept.sha256));
