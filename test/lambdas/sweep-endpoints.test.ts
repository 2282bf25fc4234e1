import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteEndpointCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import type { ReleaseId } from '../../lib/domain/identifiers.ts';
import { CONFIGURATION_CHAIN } from '../../lib/domain/ledger/event.ts';
import { STRANGE_MAX } from '../../lib/domain/serving/sweep-plan.ts';
import { clientConfig } from '../../local/clients.ts';
import { checkLedger } from '../support/check-ledger.ts';
import { countedCalls } from '../support/counted-calls.ts';
import { MODEL, RELEASE, startSwept } from '../support/swept.ts';

let swept: Awaited<ReturnType<typeof startSwept>>;
let wanted: string;
beforeAll(async () => {
  swept = await startSwept('sweep', 'switch_back');
  wanted = (await swept.product.store.get('pointer', MODEL))?.endpointConfigName ?? '';
});
afterAll(() => swept.product.stop());

const OF_OTHERS = { PrimaryContainer: { Image: 'of-others/model:1' } };
const typesOf = async (from: number) =>
  (await swept.events())
    .slice(from)
    .map(({ event_type }) => event_type)
    .filter((type) => !type.startsWith('model_package'));
const seen = async () => (await swept.events()).length;
const order = (settings: object) =>
  fetch(`${swept.product.aws.sagemakerEndpoint}/_standin/settings`, { method: 'PUT', body: JSON.stringify(settings) });
const periods = () => swept.product.store.list('served_period', MODEL);

describe('the sweep', () => {
  it('finds what was promoted, says since when it serves, and says so once', async () => {
    const before = await seen();

    expect(await swept.sweep()).toEqual({ listed: 1, looked: 1, left: 0, putOff: 0 });
    await swept.sweep();
    await swept.hear(MODEL);

    expect(await typesOf(before)).toEqual(['serving_changed']);
    expect(await swept.watched()).toMatchObject({ modelName: MODEL, releaseId: RELEASE, deviations: [] });
    const variants = [{ variantName: 'AllTraffic', weight: '1', releaseId: RELEASE, modelVersion: '1.1.0' }];
    expect(await periods()).toMatchObject([{ endpointConfigName: wanted, variants }]);
  });

  it('lists once, and looks at what it is listed', async () => {
    const run = countedCalls();

    const { calls } = await run(swept.sweep);

    // SageMaker lists what was modified within two more minutes again. A minute in which nothing was is in calls-of-a-release.test.ts.
    expect(calls).toMatchObject({ 'SageMaker ListEndpoints': 1, 'SageMaker DescribeEndpoint': 1 });
  });

  it('switches back what was changed by hand, as soon as it hears of it (BG-2)', async () => {
    const before = await seen();
    await swept.changeByHand('by-hand', OF_OTHERS);

    await swept.hear(MODEL);

    await swept.inService(MODEL, wanted);
    await swept.hear(MODEL);
    expect(await typesOf(before)).toEqual([
      'serving_deviation_found',
      'endpoint_quarantined',
      'serving_deviation_ended',
    ]);
    const [found, quarantined] = (await swept.events()).slice(before);
    expect(found?.details['deviations']).toMatchObject([
      { kind: 'unregistered_model', alert: 'ModelMissingGovernanceRecord' },
    ]);
    expect(quarantined?.details).toMatchObject({
      act: 'switch_back',
      serves: 'by-hand',
      endpoint_config: wanted,
      checks: [{ of: '', are: expect.stringMatching(/^impossible/) }],
    });
    expect(await swept.watched()).toMatchObject({ deviations: [] });
    expect((await periods()).map(({ endpointConfigName, to }) => [endpointConfigName, to !== undefined])).toEqual([
      [wanted, true],
      ['by-hand', true],
      [wanted, false],
    ]);
  });

  it('finds it within a minute where the event is lost, and goes on until it is over', async () => {
    const before = await seen();
    await swept.changeByHand('by-hand-again', OF_OTHERS);

    await swept.sweep();

    await swept.inService(MODEL, wanted);
    await swept.sweep();
    expect((await typesOf(before)).filter((type) => type !== 'serving_changed')).toEqual([
      'serving_deviation_found',
      'endpoint_quarantined',
      'serving_deviation_ended',
    ]);
  });

  it('has what was found checked, where a package describes it', async () => {
    const release = await swept.product.store.get('release', RELEASE as ReleaseId);
    const before = await seen();
    const ModelPackageName = release?.modelPackageArn ?? '';
    await swept.changeByHand('past-assay', { PrimaryContainer: { ModelPackageName } });

    await swept.hear(MODEL);

    await swept.inService(MODEL, wanted);
    await swept.sweep();
    const [found, quarantined] = (await swept.events()).slice(before);
    expect(found?.details['deviations']).toMatchObject([{ kind: 'other_configuration' }]);
    expect(quarantined?.details['checks']).toEqual([{ of: ModelPackageName, are: `${RELEASE} production` }]);
  });

  it('only tells where the artifact was overwritten, and says when that is over', async () => {
    const before = await seen();
    const { bucket = '', key = '' } = (await swept.product.store.get('release', RELEASE))?.sources.artifact ?? {};
    await swept.product.aws.put(bucket, key, 'another artifact');
    await swept.hear(MODEL);
    await swept.hear(MODEL);
    const told = await swept.watched();

    const s3 = new S3Client({ ...clientConfig(swept.product.aws.awsEndpoint), forcePathStyle: true });
    const { lookAtObject } = await import('../../lib/adapters/s3-looks.ts');
    const now = await lookAtObject(s3, { bucket, key });
    const VersionId = now.kind === 'seen' ? now.versionId : undefined;
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId }));
    await swept.hear(MODEL);

    expect(told).toMatchObject({ deviations: [{ kind: 'artifact_overwritten' }] });
    expect(told?.quarantine).toBeUndefined();
    expect(await typesOf(before)).toEqual(['serving_deviation_found', 'serving_deviation_ended']);
  });

  it('finds a record that is not the one that was signed (SG-5)', async () => {
    const { recordUri } = (await swept.product.store.get('release', RELEASE)) ?? {};
    const key = { pk: `RELEASE#${RELEASE}`, sk: 'META' };
    await swept.product.doctor(key, { recordUri: 's3://evidence/records/none.dsse.json' });
    await swept.hear(MODEL);
    const missing = await swept.watched();
    await swept.product.doctor(key, { recordUri });
    await swept.hear(MODEL);

    expect(missing?.deviations).toMatchObject([{ kind: 'record_differs', alert: 'GovernanceRecordMismatch' }]);
    expect((await swept.watched())?.deviations).toEqual([]);
  });

  it('finds models that nobody registered (RR-8), of the endpoints that are watched and of those that load governed data', async () => {
    const ModelDataUrl = (await swept.product.store.get('release', RELEASE))?.manifest.artifact_uri ?? '';
    await swept.createByHand('watched-one', OF_OTHERS);
    await swept.createByHand('raw-artifact', { PrimaryContainer: { Image: 'of-others/model:1', ModelDataUrl } });
    await swept.createByHand('of-nobody', OF_OTHERS);

    // The events are as many as somebody makes changes: the minute counts what it tells.
    expect(await swept.hear('watched-one')).toEqual({ found: 'put_off' });
    expect(await swept.watched('watched-one')).toBeUndefined();
    await swept.sweep();
    await swept.sweep();

    const found = (await swept.events(CONFIGURATION_CHAIN)).filter(
      ({ event_type }) => event_type === 'ungoverned_endpoint_found',
    );
    expect(found.map(({ details }) => details['endpoint']).toSorted()).toEqual(['raw-artifact', 'watched-one']);
    expect(await swept.watched('of-nobody')).toBeUndefined();
    expect(await findEndpoint('watched-one')).toMatchObject({ serves: 'watched-one' });
    const { items: deviating } = await swept.product.store.page('watched_endpoint', { limit: 10 });
    expect(deviating.map(({ endpointName }) => endpointName).toSorted()).toEqual(['raw-artifact', 'watched-one']);

    await swept.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'watched-one' }));
    await expect.poll(() => findEndpoint('watched-one')).toBeUndefined();
    await swept.hear('watched-one');
    expect((await swept.events(CONFIGURATION_CHAIN)).at(-1)?.event_type).toBe('ungoverned_endpoint_ended');
  });

  it('goes on with the others where one cannot be looked at, and looks at that again', async () => {
    const nextError = { operation: 'DescribeEndpoint', type: 'AccessDeniedException', message: 'not allowed' };
    await order({ nextError });

    expect(await swept.sweep()).toMatchObject({ left: 1 });
    expect(await swept.sweep()).toMatchObject({ left: 0 });
  });

  it('looks again in the next minute at what an event told of while it was deleted: nothing lists that any more', async () => {
    await swept.sweep();
    await order({ endpoints: { [MODEL]: { hold: true } } });
    await swept.sagemaker.send(new DeleteEndpointCommand({ EndpointName: MODEL }));

    expect(await swept.hear(MODEL)).toEqual({ found: 'again' });
    await order({ endpoints: { [MODEL]: { hold: false } } });
    await expect.poll(() => findEndpoint(MODEL)).toBeUndefined();
    await swept.sweep();

    expect(await swept.watched()).toMatchObject({ deviations: [{ kind: 'endpoint_gone' }] });
    expect((await periods()).filter(({ to }) => to === undefined)).toEqual([]);
  });

  // Later sweeps would look at all of these, five in a second.
  it('tells of so many of them a minute, and of the others in the next: none is lost', async () => {
    const before = (await swept.events(CONFIGURATION_CHAIN)).length;
    const told = async () => (await swept.events(CONFIGURATION_CHAIN)).length - before;
    for (let one = 0; one <= STRANGE_MAX; one += 1) await swept.createByHand(`watched-${one}`, OF_OTHERS);

    expect(await swept.sweep()).toMatchObject({ putOff: 1 });
    expect(await told()).toBe(STRANGE_MAX);
    expect(await swept.sweep()).toMatchObject({ putOff: 0 });
    expect(await told()).toBe(STRANGE_MAX + 1);
  });

  it('leaves a ledger that holds', async () => {
    await checkLedger(swept.product.store, MODEL, CONFIGURATION_CHAIN);
  });
});
