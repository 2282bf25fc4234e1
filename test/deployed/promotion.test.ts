/** Between approval and production everything is verified again: a release that changed meanwhile is not promoted. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { recordKey } from '../../lib/adapters/dynamodb-keys.ts';
import type { ReleaseManifest } from '../../lib/domain/release/manifest.ts';
import { assay } from './support/doors.ts';
import { eventually } from './support/eventually.ts';
import { approvedBy, expectStillApproved, inProduction, QUORUM, releaseIn, validated } from './support/life.ts';
import { endOf, executionsOf } from './support/machines.ts';
import { order, servedConfig } from './support/sagemaker.ts';
import { LONG_AGO, tamper } from './support/table.ts';
import { MODEL_BUCKET, variant } from './support/variant.ts';
import { s3, store } from './support/world.ts';

/** The last two things that happened to a release. What the sweep of endpoints sees of them comes when it comes. */
const lastEventTypesOf = async ({ release_id, model_name }: ReleaseManifest): Promise<string[]> =>
  (await store.events(model_name))
    .filter(({ event }) => event.release_id === release_id && event.event_type !== 'serving_changed')
    .map(({ event }) => event.event_type)
    .slice(-2);

describe('an approved release (AP-7, GT-2)', () => {
  it('is not promoted when another version of the artifact was put over the one that people approved', async () => {
    const manifest = await validated(await variant('overwritten', '1.1.0'));
    await approvedBy(manifest, ['ana.silva']);

    const Key = new URL(manifest.artifact_uri).pathname.slice(1);
    await s3.send(new PutObjectCommand({ Bucket: MODEL_BUCKET, Key, Body: 'another model' }));
    await approvedBy(manifest, ['ruth.meyer']);

    expect(await endOf('promotion', manifest.release_id)).toEqual({ status: 'FAILED', error: 'PromotionDenied' });
    await expectStillApproved(manifest, 'promotion_refused', /^artifact_version$/);
    expect(await store.get('pointer', manifest.model_name)).toBeUndefined();
  });

  it('is not promoted when its approval expires while the endpoint is still being made', async () => {
    const manifest = await validated(await variant('expiring', '1.1.0'));
    await order('expiring', { hold: true });
    const { release_id } = manifest;
    await approvedBy(manifest, QUORUM);
    await eventually('the deployment', async () => (await store.get('release', release_id))?.endpointConfigName);

    await tamper(recordKey('release', release_id), 'approvedUntil', LONG_AGO);
    await order('expiring', {});

    expect(await endOf('promotion', release_id)).toEqual({ status: 'FAILED', error: 'PromotionDenied' });
    expect(await lastEventTypesOf(manifest)).toEqual(['promotion_refused', 'endpoint_restored']);
    expect((await store.get('release', release_id))?.state).toBe('approved');
    expect(await store.get('pointer', manifest.model_name)).toBeUndefined();
    await expect(servedConfig(manifest.model_name)).rejects.toThrow(/Could not find endpoint/);
  });

  it('serves no more when its approval expired while it was deployed over the one in production', async () => {
    const first = await inProduction(await variant('denied-late', '1.1.0'));
    const before = await store.get('pointer', first.model_name);
    await order('denied-late', { hold: true });
    const second = await validated(await variant('denied-late', '1.2.0'));
    await approvedBy(second, QUORUM);
    const served = await eventually(
      'the deployment',
      async () => (await store.get('release', second.release_id))?.endpointConfigName,
    );

    await tamper(recordKey('release', second.release_id), 'approvedUntil', LONG_AGO);
    await order('denied-late', {});

    expect(await endOf('promotion', second.release_id)).toEqual({ status: 'FAILED', error: 'PromotionDenied' });
    expect(await lastEventTypesOf(second)).toEqual(['promotion_refused', 'endpoint_restored']);
    expect(await store.get('pointer', first.model_name)).toEqual(before);
    expect(served).not.toBe(before?.endpointConfigName);
    expect(await servedConfig(first.model_name)).toBe(before?.endpointConfigName);
    expect((await store.get('release', first.release_id))?.state).toBe('production');
  });
});

describe('a deployment that fails', () => {
  it('leaves a new model without a release in production', async () => {
    const manifest = await validated(await variant('never-served', '1.1.0'));

    await order('never-served', { failNextCreate: 'The container does not answer its health check.' });
    await approvedBy(manifest, QUORUM);

    expect(await endOf('promotion', manifest.release_id)).toEqual({ status: 'FAILED', error: 'PromotionDenied' });
    await expectStillApproved(manifest, 'deployment_failed', /health check/);
    expect(await store.get('pointer', manifest.model_name)).toBeUndefined();
    // The endpoint that SageMaker could not create is deleted, and its name is free.
    expect(await lastEventTypesOf(manifest)).toEqual(['deployment_failed', 'endpoint_restored']);
    expect(await store.get('endpoint', 'never-served')).toMatchObject({ status: 'released' });
  });

  it('leaves the former release in production and serving, until an operator tries again', async () => {
    const first = await inProduction(await variant('served-before', '1.1.0'));
    const before = await store.get('pointer', first.model_name);
    const second = await validated(await variant('served-before', '1.2.0'));

    await order('served-before', { failNextUpdate: 'The alarm of the canary went off.' });
    await approvedBy(second, QUORUM);

    expect(await endOf('promotion', second.release_id)).toEqual({ status: 'FAILED', error: 'PromotionDenied' });
    await expectStillApproved(second, 'deployment_failed', new RegExp(`serves ${before?.endpointConfigName}`));
    expect(await store.get('pointer', first.model_name)).toEqual(before);
    expect(await servedConfig(first.model_name)).toBe(before?.endpointConfigName);
    expect((await store.get('release', first.release_id))?.state).toBe('production');

    const asked = await assay('promote', second.release_id, '--reason', 'the alarm was a false one');
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining(second.release_id) });

    await releaseIn(second.release_id, 'production');
    const after = await store.get('pointer', first.model_name);
    expect(after).toMatchObject({ releaseId: second.release_id, fallbackReleaseId: first.release_id });
    expect(await servedConfig(first.model_name)).toBe(after?.endpointConfigName);
    expect(await executionsOf('promotion', second.release_id)).toHaveLength(2);
    expect(await executionsOf('release', second.release_id)).toHaveLength(1);
    expect(await store.list('approval', second.release_id)).toHaveLength(QUORUM.length);
  });
});
