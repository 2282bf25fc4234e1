/** The intake with a store in memory, and buckets that have every object unless a test removes it. */
import type { Instant } from '../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import type { EvidenceSource } from '../../lib/domain/intake/evidence-source.ts';
import type { ServingWorld } from '../../lib/domain/intake/find-serving.ts';
import type { ImageRegistry } from '../../lib/domain/intake/image-registry.ts';
import type { ModelPackage } from '../../lib/domain/intake/model-package.ts';
import type { ModelPackages } from '../../lib/domain/intake/model-packages.ts';
import type { IntakeWorld } from '../../lib/domain/intake/request-release.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import { findBySource } from '../../lib/domain/policy/identities.ts';
import { configurationOf } from '../../lib/domain/records/configuration.ts';
import type { ReleaseClaim, Submitter } from '../../lib/domain/records/intake.ts';
import { ServingDefaults } from '../../lib/domain/release/deployment.ts';
import { aDirectory, aManifest, aPolicy, digestOf, NOW } from './approval-case.ts';
import { type MemoryReleaseStore, memoryReleaseStore } from './memory-release-store.ts';

/** A clock that advances by a second at every reading. */
export const tickingClock = (start = NOW): (() => Instant) => {
  let seconds = 0;
  return () => {
    seconds += 1;
    return plusMilliseconds(start, seconds * 1000);
  };
};

/** Buckets that hold one version of every object, except of those that are missing. */
export const someBuckets = (missing: readonly string[] = []): EvidenceSource => ({
  pin: async (uri) => {
    const [bucket = '', ...key] = uri.replace('s3://', '').split('/');
    return missing.includes(uri)
      ? { problem: 'is not there, or may not be read' }
      : { bucket, key: key.join('/'), versionId: `version of ${key.join('/')}`, sizeBytes: 1000 };
  },
});

/** ECR has every image that a test does not take away. Its digest is that of the tag. */
export const someImages = (missing: readonly string[] = []): ImageRegistry => ({
  digestOf: async ({ repository, tag }) =>
    missing.includes(tag) ? { problem: 'has no such image' } : { digest: `sha256:${digestOf(`${repository}:${tag}`)}` },
});

export const PACKAGES_HOME = 'arn:aws:sagemaker:eu-west-1:000000000000:model-package';

/** The registry holds these packages, and no other. */
export const somePackages = (...packages: ModelPackage[]): ModelPackages => ({
  home: PACKAGES_HOME,
  find: async (arn) => packages.find(({ ModelPackageArn }) => ModelPackageArn === arn),
});

export const aServingWorld = (): ServingWorld => ({
  evidence: someBuckets(),
  images: someImages(),
  packages: somePackages(),
  servingDefaults: ServingDefaults.parse({}),
});

export type Intake = IntakeWorld & { readonly store: MemoryReleaseStore };

/** The configuration is recorded already, as for every release but the first. */
export const anIntake = (changes: Partial<IntakeWorld> = {}): Intake => {
  const world = {
    ...aServingWorld(),
    findEndpoint: async () => undefined,
    policy: aPolicy(),
    directory: aDirectory(),
    unknownName,
    now: tickingClock(),
    ...changes,
  };
  const store = memoryReleaseStore();
  store.seed(configurationOf(world, NOW));
  return { ...world, store };
};

/** The code of a name, without a key. */
export const unknownName = async (name: string): Promise<string> => `unknown:${digestOf(name).slice(0, 12)}`;

/** Whoever puts events with this source on the bus: by default the pipeline of the directory. */
export const fromSource = (name = 'example.pipeline', directory: DirectoryRecord = aDirectory()): Submitter => {
  const identity = findBySource(directory, name);
  return { field: 'source', name, identity, role: 'submitter', auth: 'event_source' };
};

export const aClaim = (changes: Record<string, unknown> = {}, rest: Partial<ReleaseClaim> = {}): ReleaseClaim => ({
  manifest: { ...aManifest(), ...changes },
  door: 'event_bus',
  submitter: fromSource(),
  ...rest,
});
