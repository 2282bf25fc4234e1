/** What endpoints capture, as S3 lists it. */
import { ListMonitoringExecutionsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelName, ReleaseId } from '../../lib/domain/identifiers.ts';
import { LOCAL_CONTEXT } from '../../local/synth.ts';
import { aServing, at } from '../support/approval-case.ts';
import { aPeriod } from '../support/looks.ts';
import { mockClient } from '../support/mock-client.ts';
import { type Product, startProduct } from '../support/product.ts';
import { aPointer, inProduction } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

const BUCKET = LOCAL_CONTEXT.modelBuckets;
const sagemaker = mockClient(SageMakerClient);
let product: Product;
beforeAll(async () => {
  product = await startProduct('captures');
  sagemaker.on(ListMonitoringExecutionsCommand).resolves({});
});
afterAll(() => product.stop());

const everyHour = () =>
  product.invoke('monitor-models', {
    ...{ version: '0', id: '1', 'detail-type': 'Scheduled Event', source: 'aws.events', account: '111122223333' },
    ...{ time: '2026-11-28T10:00:01Z', region: 'us-east-1', resources: [], detail: {} },
  });

describe('what endpoints in production capture (AU-3, TR-1)', () => {
  it('is on record by its list, hour by hour, and is not read', async () => {
    const modelName = ModelName.parse('capturing');
    const release = {
      ...inProduction,
      ...{ version: 0, modelName, releaseId: ReleaseId.parse('capturing-1-2-0') },
      serving: aServing({
        data_capture: {
          destination_s3_uri: `s3://${BUCKET}/captured`,
          sampling_percentage: 50,
          capture_modes: ['Input'],
        },
      }),
    };
    const pointer = { ...aPointer(), version: 0, modelName, releaseId: release.releaseId, endpointName: modelName };
    const variants = [
      { variantName: 'AllTraffic', weight: '1', releaseId: release.releaseId, modelVersion: release.modelVersion },
    ];
    const period = { ...aPeriod({ variants }), version: 0, modelName, endpointId: modelName, endpointName: modelName };
    const entities = [release, pointer, period].map((entity) => ({ kind: 'create' as const, entity }));
    await product.store.commit(aChange('seeded', entities), at('2026-11-21T09:00:00.000Z'));
    const past = new Date(Date.now() - 3 * 3_600_000).toISOString();
    const folder = `captured/capturing/AllTraffic/${past.slice(0, 10).replaceAll('-', '/')}/${past.slice(11, 13)}/`;
    await product.aws.put(BUCKET, `${folder}00-01.jsonl`, '{"captureData":"private"}');

    expect(await everyHour()).toMatchObject({ captured: 1 });
    expect(await everyHour()).toMatchObject({ captured: 0 });

    const [event, ...others] = (await product.store.events(modelName)).map((sealed) => sealed.event);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      event_type: 'inference_recorded',
      release_id: release.releaseId,
      details: {
        sampling_percentage: 50,
        variants: [
          { variant: 'AllTraffic', folder: `s3://${BUCKET}/${folder}`, objects: 1, bytes: 25, is_whole: true },
        ],
      },
    });
  });
});
