/** A release in the memory store with its package in a registry, which both Assay and people write to. */

import { readRevocation } from '../../lib/domain/approval/read-revocation.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import { policySha256 } from '../../lib/domain/policy/policy-record.ts';
import { takingPackage } from '../../lib/domain/records/package-holder.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import type { ShowingPackage, Shown } from '../../lib/domain/serving/registry-judgement.ts';
import { METADATA_KEYS, type RegistryStatus } from '../../lib/domain/serving/registry-status.ts';
import { type Reviewed, reviewRegistry } from '../../lib/domain/serving/review-registry.ts';
import type { ServedPackage } from '../../lib/domain/serving/served-package.ts';
import { NOW } from './approval-case.ts';
import { memoryReleaseStore } from './memory-release-store.ts';
import { keptPolicy, MODEL, policy } from './release-life.ts';

export const HOME = 'arn:aws:sagemaker:us-east-1:000000000000:model-package';
export const ARN = `${HOME}/${MODEL}/1`;

export type FakePackage = ServedPackage & { -readonly [Part in keyof ShowingPackage]: ShowingPackage[Part] };

/** What people set with UpdateModelPackage. */
export type Edit = {
  readonly ModelApprovalStatus?: string;
  readonly ApprovalDescription?: string;
  readonly ModelLifeCycle?: { readonly Stage: string; readonly StageStatus: string };
  readonly CustomerMetadataProperties?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
};

/** `rules` are what the policy of the release says of packages that people change. */
export const aRegistryCase = (release: Release, rules: object = {}) => {
  const ruled = { ...policy, ...rules };
  const pinned: Release = { ...release, modelPackageArn: ARN, policySha256: policySha256(ruled) };
  const { serving } = pinned;
  if (serving === undefined) throw new Error('it has no specification');
  const store = memoryReleaseStore();
  const { entity: holder } = takingPackage(undefined, { modelPackageArn: ARN, releaseId: release.releaseId }, NOW);
  store.seed(pinned, { ...holder, version: 1 }, { ...keptPolicy, policy: ruled, policySha256: pinned.policySha256 });
  let seconds = 0;
  const now = (): Instant => plusMilliseconds(NOW, seconds * 1000);
  const modelPackage: FakePackage = {
    ModelPackageArn: ARN,
    ModelPackageGroupName: MODEL,
    InferenceSpecification: {
      Containers: [{ Image: serving.image, ModelDataUrl: serving.model_data.s3_uri, Environment: serving.environment }],
    },
    ModelApprovalStatus: 'PendingManualApproval',
    CustomerMetadataProperties: { team: 'lending' },
    CreationTime: plusMilliseconds(pinned.createdAt, 1000),
  };
  /** The keys that are removed go, the others are merged; and a second passes. */
  const edit = ({ remove = [], CustomerMetadataProperties: metadata = {}, ...changes }: Edit): void => {
    seconds += 1;
    const all = { ...modelPackage.CustomerMetadataProperties, ...metadata };
    Object.assign(modelPackage, changes, {
      CustomerMetadataProperties: Object.fromEntries(Object.entries(all).filter(([key]) => !remove.includes(key))),
      LastModifiedTime: now(),
    });
  };
  const writes: RegistryStatus[] = [];
  const show = (desired: RegistryStatus, shown: Shown): void => {
    writes.push(desired);
    edit({
      ModelApprovalStatus: desired.approvalStatus,
      ApprovalDescription: desired.description,
      ModelLifeCycle: { Stage: desired.stage, StageStatus: desired.stageStatus },
      CustomerMetadataProperties: { ...desired.metadata } as Record<string, string>,
      remove: METADATA_KEYS.filter((key) => key in shown.status.metadata && !(key in desired.metadata)),
    });
  };
  const world = {
    store,
    find: async () => structuredClone(modelPackage),
    home: HOME,
    lastWriterOf: async () => 'nora',
    revocationOf: (release: Release) => readRevocation(store, release),
    now,
  };
  const review = () => reviewRegistry(release.releaseId, world);
  return {
    store,
    world,
    modelPackage,
    writes,
    edit,
    show,
    review,
    now,
    pass: (ms: number) => {
      seconds += Math.ceil(ms / 1000);
    },
    /** What the dispatcher does with a sync: looks, and writes until the registry shows what it should. */
    sync: async (): Promise<Reviewed> => {
      for (let look = 1; ; look += 1) {
        const reviewed = await review();
        if (reviewed.outcome === 'not_ours' || look > 10) return reviewed;
        if (reviewed.mayWrite) show(reviewed.desired, reviewed.shown);
        else if (reviewed.outcome !== 'recorded') return reviewed;
      }
    },
    replace: (changes: Partial<Release>) => store.seed({ ...pinned, version: pinned.version + 1, ...changes }),
    release: async () => {
      const kept = await store.get('release', release.releaseId);
      if (kept === undefined) throw new Error('the release is gone');
      return kept;
    },
    drift: () => store.get('registry_drift', ARN.toLowerCase()),
    rejection: () => store.get('suspension', release.releaseId, 'rejected_by_hand', 'rejected_by_hand'),
    events: async () => (await store.events(MODEL)).map(({ event }) => event),
    /** The side effects besides the shipping of events. */
    noted: () =>
      store.outbox.flatMap(({ intent }) => {
        if (intent.kind === 'ship_event') return [];
        return [intent.kind === 'publish_event' ? intent.detailType : intent.kind];
      }),
  };
};
