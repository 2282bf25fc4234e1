import {
  DescribeActionCommand,
  DescribeModelPackageCommand,
  ListArtifactsCommand,
  ListAssociationsCommand,
  SageMakerClient,
  UpdateActionCommand,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { beforeEach, describe, expect, it } from 'vitest';
import { syncIfRegistered } from '../../lambdas/dispatch-outbox/intents/sync-registry.ts';
import { takingPackage } from '../../lib/domain/records/package-holder.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { aDirectory, aServing, digestOf, NOW } from '../support/approval-case.ts';
import { ofContent } from '../support/denials.ts';
import { type MemoryReleaseStore, memoryReleaseStore } from '../support/memory-release-store.ts';
import { mockClient } from '../support/mock-client.ts';
import { anApprovalOf, approved, keptPolicy, releaseId, validated } from '../support/release-life.ts';

const sagemaker = mockClient(SageMakerClient);
let store: MemoryReleaseStore;
beforeEach(() => {
  sagemaker.reset();
  sagemaker
    .on(DescribeActionCommand)
    .resolves({ ActionArn: 'action' })
    .on(ListArtifactsCommand)
    .resolves({ ArtifactSummaries: [{ ArtifactArn: 'artifact' }] })
    .on(ListAssociationsCommand)
    .resolves({ AssociationSummaries: [{}] })
    .on(UpdateActionCommand)
    .resolves({});
  store = memoryReleaseStore();
});

const settings = { packageHome: 'arn:aws:sagemaker:us-east-1:000000000000:model-package' };
const sync = (release: Release) =>
  syncIfRegistered(
    { kind: 'sync_registry', releaseId: release.releaseId },
    {
      store: withinRights('DispatchOutbox', store),
      settings: settings as never,
      directory: async () => aDirectory(),
      now: () => NOW,
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
    expect(sagemaker.commandCalls(UpdateActionCommand)[0]?.args[0].input).toMatchObject({ Status: 'Completed' });
  });

  it('says the same of an approval that was taken back, as the package and in the lineage', async () => {
    const artifactSha256 = approved.pinned?.artifactSha256 ?? digestOf('artifact');
    const denial = ofContent({ artifactSha256, decidedBy: 'grace', role: 'risk_owner' });
    store.seed(approved, keptPolicy, denial, anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner'));
    registry();

    await sync(approved);

    const { Status, Description } = sagemaker.commandCalls(UpdateActionCommand)[0]?.args[0].input ?? {};
    expect([...statuses(), Status]).toEqual(['PendingManualApproval', 'Stopped']);
    expect(Description).toContain('its approval was taken back: grace denied the same bytes');
  });

  it('puts on record what was done by hand before it writes over that', async () => {
    store.seed(approved);
    registry();
    await sync(approved);
    const written = sagemaker.commandCalls(UpdateModelPackageCommand)[0]?.args[0].input;
    let later: object = {};
    sagemaker
      .on(DescribeModelPackageCommand)
      .callsFake(() => ({
        ...{ ModelPackageArn: approved.modelPackageArn ?? '', ModelPackageGroupName: approved.modelName },
        ...{ InferenceSpecification: { Containers: [servedContainer] } },
        ...{ ...written, ModelApprovalStatus: 'Rejected', LastModifiedTime: new Date(NOW) },
        LastModifiedBy: { IamIdentity: { Arn: 'arn:aws:sts::000000000000:assumed-role/Studio/x' } },
        ...later,
      }))
      .on(UpdateModelPackageCommand)
      .callsFake((update: object) => {
        later = update;
      });

    await sync(approved);

    expect(await store.get('release', approved.releaseId)).toMatchObject({ packageRejectedSince: NOW });
    const [event] = await store.events(approved.modelName);
    expect(event?.event).toMatchObject({
      event_type: 'model_package_rejected',
      details: { by: 'arn:aws:iam::000000000000:role/Studio' },
    });
    expect(statuses()).toEqual(['Approved', 'Rejected']);
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
