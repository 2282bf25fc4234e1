import { DescribeModelPackageCommand, SageMakerClient, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { beforeEach, describe, expect, it } from 'vitest';
import { syncIfRegistered } from '../../lambdas/dispatch-outbox/intents/sync-registry.ts';
import { takingPackage } from '../../lib/domain/records/package-holder.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { aServing, NOW } from '../support/approval-case.ts';
import { type MemoryReleaseStore, memoryReleaseStore } from '../support/memory-release-store.ts';
import { mockClient } from '../support/mock-client.ts';
import { approved, releaseId, validated } from '../support/release-life.ts';

const sagemaker = mockClient(SageMakerClient);
let store: MemoryReleaseStore;
beforeEach(() => {
  sagemaker.reset();
  store = memoryReleaseStore();
});

const settings = { packageHome: 'arn:aws:sagemaker:us-east-1:000000000000:model-package' };
const sync = (release: Release) =>
  syncIfRegistered(
    { kind: 'sync_registry', releaseId: release.releaseId },
    {
      store: withinRights('DispatchOutbox', store),
      settings: settings as never,
    },
  );

describe('keeping the registry in step', () => {
  const { image, environment, model_data: data } = aServing();
  const servedContainer = { Image: image, Environment: environment, ModelDataUrl: data.s3_uri };

  it('does nothing before the release is registered', async () => {
    store.seed(validated);
    await sync(validated);

    expect(sagemaker.calls()).toEqual([]);
  });

  it('leaves alone a package that is another release’s by now', async () => {
    const { modelPackageArn = '' } = approved;
    const { entity } = takingPackage(undefined, { modelPackageArn, releaseId: releaseId('other') }, NOW);
    store.seed(approved, { ...entity, version: 1 });

    await sync(approved);

    expect(sagemaker.calls()).toEqual([]);
  });

  /** The package of a release in a registry that takes every update, and does this when the first one arrives. */
  const registry = (meanwhile: () => void = () => {}) => {
    const held = { InferenceSpecification: { Containers: [servedContainer] } };
    let shown: object = {};
    sagemaker
      .on(DescribeModelPackageCommand)
      .callsFake(() => ({
        ModelPackageArn: approved.modelPackageArn ?? '',
        ModelPackageGroupName: approved.modelName,
        ...held,
        ...shown,
      }))
      .on(UpdateModelPackageCommand)
      .callsFakeOnce((update: object) => {
        meanwhile();
        shown = update;
      })
      .callsFake((update: object) => {
        shown = update;
      });
    return held;
  };
  const statuses = () =>
    sagemaker.commandCalls(UpdateModelPackageCommand).map(({ args }) => args[0].input.ModelApprovalStatus);

  it('makes the registry say what the release is now, by one update', async () => {
    store.seed(approved);
    registry();

    await sync(approved);

    expect(sagemaker.commandCalls(UpdateModelPackageCommand)[0]?.args[0].input).toMatchObject({
      ModelPackageArn: approved.modelPackageArn,
      ModelApprovalStatus: 'Approved',
    });
    expect(statuses()).toHaveLength(1);
  });

  it('approves no package that was changed while its approval was on the way', async () => {
    store.seed(approved);
    const held = registry(() => {
      held.InferenceSpecification = { Containers: [{ ...servedContainer, Environment: { MODE: 'debug' } as never }] };
    });

    await sync(approved);

    expect(statuses()).toEqual(['Approved', 'Rejected']);
  });

  it('shows a release that was rolled back while an earlier sync was on the way', async () => {
    store.seed(approved);
    registry(() => store.seed({ ...approved, version: approved.version + 1, state: 'rolled_back' }));

    await sync(approved);

    expect(statuses()).toEqual(['Approved', 'Rejected']);
  });

  it('looks a few times at most at a package that never shows what it was given', async () => {
    store.seed(approved);
    registry();
    sagemaker.on(UpdateModelPackageCommand).resolves({});

    await sync(approved);

    expect(statuses()).toHaveLength(4);
  });
});
