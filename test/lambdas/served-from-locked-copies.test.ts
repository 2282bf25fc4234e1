/** A model that is served from write-once copies, among releases that are served from their source. */

import { DescribeModelCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { placeOf, readObject } from '../../lib/adapters/s3-objects.ts';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import { askMove } from '../../lib/domain/serving/ask-move.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { now } from '../../lib/runtime/clock.ts';
import { clientConfig } from '../../local/clients.ts';
import { allRefusals } from '../support/listed.ts';
import { exampleManifest, type Product, startProduct } from '../support/product.ts';
import { walk } from '../support/walk.ts';

const MODEL = 'hmda-mortgage';
const COPIES = 'locked-copies';
const SOURCES = 'assay-example-models';
const OPERATOR = { actor: { id: 'omar', role: 'operator', auth: 'jwt' }, reason: 'to see where it is served from' };
const words = { channel_name: 'words', s3_uri: `s3://${SOURCES}/words.json`, sha256: sha256(Buffer.from('["a"]')) };

let product: Product;
let sagemaker: SageMakerClient;
beforeAll(async () => {
  product = await startProduct('locked-copies');
  sagemaker = new SageMakerClient(clientConfig(product.aws.sagemakerEndpoint));
  await product.aws.makeBucket(COPIES, 'locked');
  await product.aws.put(SOURCES, 'words.json', '["a"]');
  serveFrom({ locked_copies_bucket: COPIES });
});
afterAll(() => product.stop());

/** Another deployment of the doors, with another setting. */
const serveFrom = (defaults: object): void => {
  process.env['SERVING_DEFAULTS'] = JSON.stringify(defaults);
  vi.resetModules();
};
const request = async (version: string, changes: object = {}, releaseId = `${MODEL}-${version}`) => {
  const manifest = await exampleManifest(version);
  const deployment = { ...(manifest['deployment'] as object), ...changes };
  const detail = { ...manifest, release_id: releaseId, deployment };
  return product.invoke('receive-release', { 'detail-type': 'Release Requested', source: 'example.pipeline', detail });
};
const approve = async (releaseId: string): Promise<string> => {
  const people = async () => {
    for (const person of ['ana.silva', 'ruth.meyer']) await product.decide(releaseId, person);
    return 'approved';
  };
  const end = await walk('release', { input: { releaseId }, invoke: product.invoke, people });
  await product.drain();
  return end;
};
const promote = (releaseId: string): Promise<string> =>
  walk('promotion', { input: { releaseId, attempt: 1 }, invoke: product.invoke, meanwhile: product.drain });
/** What the model of the configuration that an endpoint serves loads. */
const loaded = async (endpoint: string): Promise<string> => {
  const ModelName = (await findEndpoint(endpoint))?.serves;
  const { PrimaryContainer } = await sagemaker.send(new DescribeModelCommand({ ModelName }));
  return JSON.stringify(PrimaryContainer);
};
const first = () => product.store.get('release', `${MODEL}-1.1.0`);

describe('a model that is served from locked copies (GT-7)', () => {
  it('is not taken in with further data of which nobody says what they hash to, or which are something else', async () => {
    const { sha256: _, ...undeclared } = words;

    expect(await request('1.1.0', { additional_model_data: [undeclared] })).toMatchObject({ outcome: 'refused' });
    const [refusal] = await allRefusals(product.store);
    expect(refusal?.faults).toEqual([
      { field: 'deployment.additional_model_data.words.sha256', problem: expect.stringContaining('is missing') },
    ]);

    const other = { ...words, sha256: sha256(Buffer.from('["b"]')) };
    await request('1.1.0', { additional_model_data: [other] }, 'other-words');
    expect(await approve('other-words')).toBe('ReleaseRejected');
    expect((await product.store.get('release', 'other-words'))?.reasons).toMatchObject([
      { rule: 'additional_model_data.words' },
    ]);
  });

  it('is served from the bytes that people approved, though others lie over every key of its source', async () => {
    await request('1.1.0', { additional_model_data: [words] });
    expect(await approve(`${MODEL}-1.1.0`)).toBe('ReleaseApproved');
    const approved = await first();
    const { artifact } = approved?.sources ?? {};
    const bytes = await readObject({ bucket: SOURCES, key: artifact?.key ?? '' }, 10_000_000);
    await product.aws.put(SOURCES, artifact?.key ?? '', 'evil');
    await product.aws.put(SOURCES, 'words.json', '["evil"]');

    expect(await promote(`${MODEL}-1.1.0`)).toBe('ReleasePromoted');

    const copy = approved?.serving?.model_data.locked_copy_uri ?? '';
    expect(copy).toBe(`s3://${COPIES}/sha256/${approved?.pinned?.artifactSha256}/model.onnx`);
    expect(Buffer.from(await readObject(placeOf(copy), 10_000_000))).toEqual(Buffer.from(bytes));
    const container = await loaded(MODEL);
    expect(container).toContain(copy);
    expect(container).toContain(`s3://${COPIES}/sha256/${words.sha256}/words.json`);
    expect(container).not.toContain(SOURCES);
  });

  it('is the way back of a release that is served from its source', async () => {
    serveFrom({});
    await request('1.2.0');
    await approve(`${MODEL}-1.2.0`);
    const checks = (await product.store.list('stage_checks', `${MODEL}-1.2.0`)).flatMap(({ checks: all }) => all);
    expect(checks.find(({ name }) => name === 'rollback_target_present')).toMatchObject({ status: 'passed' });
    expect(await promote(`${MODEL}-1.2.0`)).toBe('ReleasePromoted');
    expect(await loaded(MODEL)).toContain(`s3://${SOURCES}/`);

    await askRollback({ ...OPERATOR, modelName: MODEL, linkedIncident: 'INC-1' }, product.store, now);
    const input = { rollbackId: rollbackId(MODEL, 2) };
    expect(await walk('rollback', { input, invoke: product.invoke, meanwhile: product.drain })).toBe(
      'RollbackExecuted',
    );

    expect(await loaded(MODEL)).toContain(`s3://${COPIES}/`);
    expect(await loaded(MODEL)).not.toContain(SOURCES);
  });

  it('moves to another endpoint with its copies', async () => {
    const { move } = await askMove({ ...OPERATOR, modelName: MODEL, endpointName: 'hmda-eu' }, product.store, now);
    await product.drain();
    const input = { modelName: MODEL, move: move.number };

    expect(await walk('move', { input, invoke: product.invoke, meanwhile: product.drain })).toBe('EndpointMoved');

    expect(await loaded('hmda-eu')).not.toContain(SOURCES);
  });
});
