/**
 * Canaries of checks (CK-12): for each check a release that it has to pass and one that it has to fail, which differ as little
 * as they can. Both are read as the evidence of a real release is, so a reader that went wrong shows as well as a judgement.
 */

import type { UsedCheck } from '../checks/check.ts';
import {
  type EvidencedRelease,
  type EvidencedStage,
  type EvidenceSources,
  readersOf,
} from '../checks/evidence-readers.ts';
import { makeChecks, type Timer } from '../checks/make-checks.ts';
import type { CheckRun } from '../checks/run-checks.ts';
import type { CheckStatus } from '../checks/vocabulary.ts';
import type { EvidenceName } from '../release/manifest.ts';
import type { ManifestRecord } from '../release/manifest-record.ts';
import type { Pinned } from '../release/release.ts';
import { sha256 } from '../signing/canonical-json.ts';

/** A release that exists in memory only. */
export type CanaryRelease = {
  readonly manifest: ManifestRecord;
  /** What is hashed as the artifact. */
  readonly artifact: Uint8Array;
  /** Each file of evidence by its name in the manifest. */
  readonly files: Readonly<Partial<Record<EvidenceName, Uint8Array>>>;
  /** Tables of other releases, which this one is compared with. */
  readonly otherFiles?: readonly Uint8Array[];
  /** What comes from elsewhere than a file. */
  readonly facts?: Pick<EvidenceSources, 'liveRelease' | 'wayBack' | 'controls' | 'liveEndpoint' | 'requestedAt'>;
};

export type CanaryCase = {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly good: CanaryRelease;
  readonly bad: CanaryRelease;
};

/** The case of a release that has to pass and one that must not, by these parameters. */
export const between = (
  good: CanaryRelease,
  bad: CanaryRelease,
  parameters: CanaryCase['parameters'] = {},
): CanaryCase => ({
  parameters,
  good,
  bad,
});

/** The cases of one stage, by the names of its checks. A test holds that each check has one. */
export type StageCanaries = { readonly known: EvidencedStage; readonly cases: Readonly<Record<string, CanaryCase>> };

/** How a check fared. It held if it passed what it has to pass, and judged the other one and did not pass it. */
export type CanaryResult = {
  readonly check: string;
  readonly held: boolean;
  readonly onGood: CheckStatus;
  readonly onBad: CheckStatus;
};

/** What a canary is read from. The bytes of each of its files are found by their digest. */
type CanaryWorld = {
  readonly release: EvidencedRelease;
  readonly bytes: EvidenceSources['bytes'];
  readonly used: readonly UsedCheck[];
  readonly artifact: Uint8Array;
};

/** What a stage reads besides documents, as of a real release. */
export type CanarySources = (world: CanaryWorld) => Omit<EvidenceSources, 'bytes'>;

type World = { readonly timer: Timer; readonly sources: CanarySources };

/** Runs one check on both of its cases. It reads nothing of any release, and what it answers goes nowhere by itself. */
export const runCanary = async (
  { known, cases }: StageCanaries,
  check: string,
  world: World,
): Promise<CanaryResult> => {
  const one = cases[check];
  if (one === undefined) throw new Error(`stage ${known.stage} has no canary of ${check}`);
  const statusOn = (release: CanaryRelease) => judgeOne(known, { check, parameters: one.parameters }, release, world);
  const [onGood, onBad] = [await statusOn(one.good), await statusOn(one.bad)];
  return { check, held: onGood === 'passed' && !['passed', 'error'].includes(onBad), onGood, onBad };
};

type Asked = { readonly check: string; readonly parameters: CanaryCase['parameters'] };

const judgeOne = async (
  known: EvidencedStage,
  { check, parameters = {} }: Asked,
  release: CanaryRelease,
  { timer, sources }: World,
): Promise<CheckStatus> => {
  const used: UsedCheck[] = [{ name: check, mode: 'enforce', parameters }];
  const evidenced = { manifest: release.manifest, pinned: pinnedOf(release) };
  const bytes = bytesOf(release);
  const read = readersOf(known.evidence, evidenced, {
    bytes,
    ...sources({ release: evidenced, bytes, used, artifact: release.artifact }),
    ...release.facts,
  });
  // The cast holds: one check was asked for.
  const [run] = (await makeChecks(known, used, { read, timer, tier: 'high' })) as [CheckRun];
  return run.verdict.status;
};

const pinnedOf = ({ artifact, files }: CanaryRelease): Pinned => ({
  artifactSha256: sha256(artifact),
  // The cast holds: `releaseWith` gives each release the files that none may omit.
  evidence: Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, { sha256: sha256(file), sizeBytes: file.length }]),
  ) as Pinned['evidence'],
});

const bytesOf = ({ files, otherFiles = [] }: CanaryRelease): EvidenceSources['bytes'] => {
  const kept = new Map([...Object.values(files), ...otherFiles].map((file) => [sha256(file), file]));
  // The cast holds: a canary reads its own files, by the digests above.
  return async (digest) => kept.get(digest) as Uint8Array;
};
