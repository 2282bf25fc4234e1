/** A look at an endpoint of no model, beside rows that cannot be read: somebody wrote them, and they must silence nothing. */
import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListTagsCommand,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { sweepOne } from '../../lambdas/sweep-endpoints/sweep-one.ts';
import { RELEASE_TAG } from '../../lib/adapters/sagemaker-configuration.ts';
import { sagemaker } from '../../lib/adapters/sagemaker-registry.ts';
import { describeServing } from '../../lib/adapters/sagemaker-sweep.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { millisecondsOf } from '../../lib/domain/instant.ts';
import { CONFIGURATION_CHAIN } from '../../lib/domain/ledger/event.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { lookAt } from '../../lib/runtime/look-at-endpoint.ts';
import { NOW } from '../support/approval-case.ts';
import { memoryReleaseStore } from '../support/memory-release-store.ts';
import { mockClient } from '../support/mock-client.ts';

const mocked = mockClient(sagemaker as SageMakerClient);
const logged = vi.spyOn(logger, 'error').mockImplementation(() => undefined);

/** Somebody's endpoint, whose model says by its tag that it is of this release. */
beforeEach(() => {
  logged.mockClear();
  mocked.reset();
  mocked.on(DescribeEndpointCommand).resolves({
    ...{ EndpointName: 'rogue', EndpointArn: 'arn:rogue', EndpointStatus: 'InService', EndpointConfigName: 'rogue' },
    ...{ CreationTime: new Date(NOW), LastModifiedTime: new Date(NOW) },
    ProductionVariants: [{ VariantName: 'all', CurrentWeight: 1 }],
  });
  const variant = { VariantName: 'all', ModelName: 'rogue' };
  mocked.on(DescribeEndpointConfigCommand).resolves({ ProductionVariants: [variant] });
  mocked.on(DescribeModelCommand).resolves({ ModelArn: 'arn:model', PrimaryContainer: { Image: 'of-others' } });
  mocked.on(ListTagsCommand).resolves({ Tags: [{ Key: RELEASE_TAG, Value: 'poisoned' }] });
});

const worldOf = (changes: Partial<ReleaseStore>) => {
  const memory = memoryReleaseStore();
  const world = {
    store: withinRights('SweepEndpoints', { ...memory, ...changes }),
    differences: () => expect.unreachable(),
    recordProblems: () => expect.unreachable(),
    served: { MODEL_PACKAGES_ARN: 'arn:home' } as never,
    watched: ['*'],
    modelBuckets: async () => [],
    now: () => NOW,
  };
  const typesOf = async () => (await memory.events(CONFIGURATION_CHAIN)).map(({ event }) => event.event_type);
  return { memory, world, typesOf };
};

const cannotRead = (): never => z.never().parse('cut off');

describe('an endpoint that is being updated', () => {
  it('is found with the fleet that comes, by the stage that began last (TR-2)', async () => {
    const stages = ['Baking', 'ActivatingTraffic', 'Creating'].map((Status, index) => ({
      ...{ Status: Status as 'Baking', StatusMessage: `${Status} of 1 instance(s)` },
      ...(index === 2 ? {} : { StartTime: new Date(millisecondsOf(NOW) - index) }),
    }));
    const fleets = [{ VariantName: 'all', CurrentWeight: 1, CurrentInstanceCount: 1, VariantStatus: stages }];
    mocked.on(DescribeEndpointCommand).resolves({
      ...{ EndpointName: 'rogue', EndpointArn: 'arn:rogue', EndpointStatus: 'Updating', EndpointConfigName: 'rogue' },
      ...{ CreationTime: new Date(NOW), LastModifiedTime: new Date(NOW) },
      PendingDeploymentSummary: { EndpointConfigName: 'next', ProductionVariants: [...fleets, { VariantName: 'new' }] },
    });

    const said = { stage: 'Baking', stageMessage: 'Baking of 1 instance(s)', stageSince: NOW };
    expect(await describeServing('rogue')).toMatchObject({
      headsFor: 'next',
      coming: [
        { variantName: 'all', weight: 1, instances: 1, ...said },
        { variantName: 'new', weight: 0, stage: '', stageMessage: '', stageSince: undefined },
      ],
    });
  });
});

describe('an endpoint of no model', () => {
  it('is found and recorded beside a release in production that cannot be read, which the log says', async () => {
    const releasesInProduction = async () => ({ found: [], unreadable: ['RELEASE#poisoned'] });
    const { world, typesOf } = worldOf({ releasesInProduction });

    expect(await sweepOne('rogue', world, true)).toBe('strange');

    expect(await typesOf()).toEqual(['ungoverned_endpoint_found']);
    expect(logged).toHaveBeenCalledWith('rows of a list cannot be read', {
      list: 'release',
      rows: ['RELEASE#poisoned'],
    });
  });

  it('is found where it claims a release that cannot be read', async () => {
    const { memory } = worldOf({});
    const { world, typesOf } = worldOf({
      get: async (name, ...id) => (name === 'release' ? cannotRead() : memory.get(name, ...id)),
    });

    expect(await sweepOne('rogue', world, true)).toBe('strange');

    expect(await typesOf()).toEqual(['ungoverned_endpoint_found']);
    expect(logged).toHaveBeenCalledWith('a release that a model claims cannot be read', { releaseId: 'poisoned' });
  });

  it('is looked at again where the table does not answer: that says nothing about it', async () => {
    const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    const { memory } = worldOf({});
    const { world, typesOf } = worldOf({
      get: async (name, ...id) => {
        if (name === 'release') throw throttled;
        return memory.get(name, ...id);
      },
    });

    await expect(lookAt('rogue', world)).rejects.toThrow(throttled);
    expect(await typesOf()).toEqual([]);
    expect(logged).not.toHaveBeenCalled();
  });
});
