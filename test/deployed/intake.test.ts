/** A release requested twice, late or concurrently through any door is one release. */

import { describe, expect, it } from 'vitest';
import { allReleases } from '../../lib/domain/change/page.ts';
import type { ReleaseManifest } from '../../lib/domain/release/manifest.ts';
import { awsEventDelivery } from '../../local/aws-events.ts';
import { registerLikeAPipeline, trainingPipeline } from '../../local/example.ts';
import { allRefusals } from '../support/listed.ts';
import { post, putOnBus } from './support/doors.ts';
import { eventually } from './support/eventually.ts';
import { releaseIn } from './support/life.ts';
import { executionsOf } from './support/machines.ts';
import { packagesOf } from './support/sagemaker.ts';
import { variant } from './support/variant.ts';
import { endpoints, store } from './support/world.ts';

const FIVE = Array.from({ length: 5 });

/** Establishes that a manifest led to exactly one release, with one execution and one event, and to no refusal. */
const expectOneRelease = async ({ model_name, release_id }: ReleaseManifest): Promise<void> => {
  const [releases, events, refusals] = await Promise.all([
    allReleases(store),
    store.events(model_name),
    allRefusals(store),
  ]);
  expect(releases.filter(({ modelName }) => modelName === model_name)).toMatchObject([{ releaseId: release_id }]);
  expect(await executionsOf('release', release_id)).toHaveLength(1);
  expect(events.filter(({ event }) => event.event_type === 'release_requested')).toHaveLength(1);
  expect(refusals.filter(({ claimedReleaseId }) => claimedReleaseId === release_id)).toEqual([]);
};

describe('the same request five times at once (RR-3)', () => {
  it('is one release by the bus', async () => {
    const manifest = await variant('five-on-the-bus', '1.1.0');

    await putOnBus(manifest, FIVE.length);

    await releaseIn(manifest.release_id, 'validated');
    await expectOneRelease(manifest);
  });

  it('is one release by the API, which answers each of them with it', async () => {
    const manifest = await variant('five-by-the-api', '1.1.0');

    const answers = await Promise.all(FIVE.map(() => post(manifest)));

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body['release_id']))).toEqual(new Set([manifest.release_id]));
    await releaseIn(manifest.release_id, 'validated');
    await expectOneRelease(manifest);
  });

  it('is one release by a model package whose event is delivered five times', async () => {
    const manifest = await variant('five-by-a-package', '1.1.0');
    const deliver = awsEventDelivery(endpoints.awsEndpoint);

    await registerLikeAPipeline(trainingPipeline(endpoints.sagemakerEndpoint), manifest);
    const { ModelPackageArn = '' } = await eventually(
      'the package',
      async () => (await packagesOf(manifest.model_name))[0],
    );
    const changed = { ModelPackageArn, ModelPackageStatus: 'Completed', ModelApprovalStatus: 'PendingManualApproval' };
    const repeated = {
      source: 'aws.sagemaker',
      detailType: 'SageMaker Model Package State Change',
      resources: [ModelPackageArn],
      detail: changed,
    };
    await Promise.all(FIVE.slice(1).map(() => deliver(repeated)));

    await releaseIn(manifest.release_id, 'validated');
    await expectOneRelease(manifest);
    expect(await packagesOf(manifest.model_name)).toHaveLength(1);
  });
});
