import type { ArtifactSignature, SignatureFinding } from '../evidence/artifact-signature.ts';
import type { Controls } from '../evidence/controls.ts';
import type { LiveEndpoint } from '../evidence/live-endpoint.ts';
import type { BehaviourCounts } from '../evidence/predictions/behaviour.ts';
import type { BehaviourQuestion } from '../evidence/predictions/behaviour-question.ts';
import type { ModelOutputs } from '../evidence/predictions/model-outputs.ts';
import type { PerturbationCounts } from '../evidence/predictions/perturbation.ts';
import type { OutcomeCounts } from '../evidence/predictions/predictions.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import type { ManifestRecord } from '../release/manifest-record.ts';
import type { Pinned } from '../release/release.ts';
import type { ServingSpecification } from '../release/serving-specification.ts';
import type { EvidenceField, StageChecks, StageEvidence } from './check.ts';
import type { LivePredictions, LiveRelease } from './live-release.ts';
import type { EvidenceReaders } from './make-checks.ts';
import type { EvidenceBytes } from './read-pinned-document.ts';
import type { WayBack } from './way-back.ts';

/** The evidence of a release: already pinned, or still on the submitter's disk. */
export type EvidencedRelease = {
  readonly manifest: ManifestRecord;
  readonly pinned: Pinned;
  /** Has the image by its digest. Absent before the release is requested. */
  readonly serving?: ServingSpecification | undefined;
};

/** Where evidence comes from. An optional source may be missing if no check that runs needs it. */
export type EvidenceSources = {
  readonly bytes: EvidenceBytes;
  readonly countOutcomes?: () => Promise<OutcomeCounts>;
  readonly behaviour?: (live: LivePredictions, question: BehaviourQuestion) => Promise<BehaviourCounts>;
  readonly modelOutputs?: () => Promise<ModelOutputs>;
  readonly perturbation?: (perturbedSha256: Sha256) => Promise<PerturbationCounts>;
  readonly verifySignature?: (signature: ArtifactSignature) => Promise<SignatureFinding>;
  readonly requestedAt?: () => Promise<Instant>;
  readonly liveEndpoint?: (entryPoint: EntryPoint) => Promise<LiveEndpoint>;
  readonly liveRelease?: () => Promise<LiveRelease | undefined>;
  readonly wayBack?: () => Promise<WayBack | undefined>;
  readonly controls?: () => Promise<Controls>;
};
export type EntryPoint = { readonly arn: string; readonly domainName: string | undefined };

/** How one kind of evidence is read. `read` gives access to the other kinds that it depends on. */
export type EvidenceReader<T> = (
  release: EvidencedRelease,
  sources: EvidenceSources,
  read: EvidenceReaders,
) => Promise<T>;

/** The readers of those kinds of evidence that are needed. */
export type EvidenceTable = { readonly [Field in EvidenceField]?: EvidenceReader<StageEvidence[Field]> };

/** A stage with everything it carries: its checks, and the readers of the evidence that these get. */
export type EvidencedStage = StageChecks & { readonly evidence: EvidenceTable };

/** Reads each kind of evidence in the table once, when the first check asks for it. */
export const readersOf = (
  table: EvidenceTable,
  release: EvidencedRelease,
  sources: EvidenceSources,
): EvidenceReaders => {
  const readers = Object.entries(table).map(
    // As entries, fields lose their types; each reader returns the type of its own field.
    ([field, reader]: [string, EvidenceReader<unknown>]) =>
      [field, once(() => reader(release, sources, read))] as const,
  );
  // The cast holds for what is in the table; a test compares the table of each stage with what its checks read.
  const read = Object.fromEntries(readers) as unknown as EvidenceReaders;
  return read;
};

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let result: Promise<T> | undefined;
  return () => {
    result ??= read();
    return result;
  };
};
