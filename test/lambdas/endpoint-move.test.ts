/** What a model serves moves to another endpoint, and the way back with it. One story in chapters, each step taken twice. */

import { CreateEndpointCommand, DeleteEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import { askMove } from '../../lib/domain/serving/ask-move.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { now } from '../../lib/runtime/clock.ts';
import { clientConfig } from '../../local/clients.ts';
import { allRefusals } from '../support/listed.ts';
import { exampleManifest, type Product, startProduct } from '../support/product.ts';
import { walk } from '../support/walk.ts';

const MODEL = 'hmda-mortgage';
const OPERATOR = { actor: { id: 'omar', role: 'operator', auth: 'jwt' }, reason: 'the name says the region' };

let product: Product;
beforeAll(async () => {
  product = await startProduct('moving');
});
afterAll(() => product.stop());

const request = async (version: string, endpoint_name = MODEL, changes: object = {}) => {
  const manifest = await exampleManifest(version);
  const deployment = { ...(manifest['deployment'] as object), endpoint_name };
  const detail = { ...manifest, deployment, ...changes };
  return product.invoke('receive-release', { 'detail-type': 'Release Requested', source: 'example.pipeline', detail });
};
const approve = async (releaseId: string): Promise<string> => {
  const people = async () => {
    for (const person of ['ana.silva', 'ruth.meyer']) await product.decide(releaseId, person);
    return 'approved';
  };
  return walk('release', { input: { releaseId }, invoke: product.invoke, people });
};
const promote = async (releaseId: string): Promise<string> => {
  await product.drain();
  return walk('promotion', { input: { releaseId, attempt: 1 }, invoke: product.invoke, meanwhile: product.drain });
};
const release = async (version: string): Promise<string> => {
  await request(version);
  await approve(`${MODEL}-${version}`);
  return promote(`${MODEL}-${version}`);
};
const ask = (endpointName: string) => askMove({ ...OPERATOR, modelName: MODEL, endpointName }, product.store, now);
const walkMove = async (move: number, invoke: Product['invoke'] = product.invoke): Promise<string> => {
  await product.drain();
  return walk('move', { input: { modelName: MODEL, move }, invoke, meanwhile: product.drain });
};
/** What the check found that looks at the way back. */
const rehearsalOf = async (releaseId: string) =>
  (await product.store.list('stage_checks', releaseId))
    .flatMap(({ checks }) => checks)
    .find(({ name }) => name === 'rollback_target_present');
const pointer = () => product.store.get('pointer', MODEL);
const rowOf = async (endpoint: string) => (await product.store.get('endpoint', endpoint))?.status;
const events = async () => (await product.store.events(MODEL)).map(({ event }) => event);
const orderOfSageMaker = (settings: object) =>
  fetch(`${product.aws.sagemakerEndpoint}/_standin/settings`, { method: 'PUT', body: JSON.stringify(settings) });

describe('a model that changes its endpoint', () => {
  it('does not do so by a release: the door refuses it, and one endpoint serves', async () => {
    expect(await release('1.1.0')).toBe('ReleasePromoted');

    expect(await request('1.2.0', 'hmda-eu')).toMatchObject({ outcome: 'refused' });

    const [refusal] = await allRefusals(product.store);
    expect(refusal).toMatchObject({ code: 'EndpointMismatch', faults: [{ field: 'deployment.endpoint_name' }] });
    expect(await release('1.2.0')).toBe('ReleasePromoted');
    expect(await rehearsalOf(`${MODEL}-1.2.0`)).toMatchObject({
      status: 'passed',
      explanation: expect.stringContaining(`and endpoint ${MODEL} takes it`),
    });
    expect(await pointer()).toMatchObject({ epoch: 2, endpointName: MODEL, fallbackReleaseId: `${MODEL}-1.1.0` });
  });

  it('goes on serving from its endpoint when the new one does not come into service, which is deleted', async () => {
    const before = await pointer();
    await orderOfSageMaker({ endpoints: { 'hmda-eu': { failNextCreate: 'there is no capacity' } } });
    await ask('hmda-eu');

    expect(await walkMove(1)).toBe('MoveRefused');

    expect(await pointer()).toEqual({ ...before, version: 3 });
    expect(await findEndpoint(MODEL)).toMatchObject({ serves: before?.endpointConfigName, condition: 'in_service' });
    expect(await findEndpoint('hmda-eu')).toBeUndefined();
    expect([await rowOf(MODEL), await rowOf('hmda-eu')]).toEqual(['owned', 'released']);
    expect((await events()).slice(-3)).toMatchObject([
      { event_type: 'deployment_started', details: { endpoint: 'hmda-eu' } },
      { event_type: 'endpoint_move_refused', reason: expect.stringContaining('there is no capacity') },
      { event_type: 'endpoint_closed', details: { endpoint: 'hmda-eu', outcome: 'refused' } },
    ]);
  });

  it('takes no endpoint that somebody else made, and does not delete it', async () => {
    const sagemaker = new SageMakerClient(clientConfig(product.aws.sagemakerEndpoint));
    const EndpointConfigName = (await pointer())?.endpointConfigName;
    await sagemaker.send(new CreateEndpointCommand({ EndpointName: 'of-others', EndpointConfigName }));
    await ask('of-others');

    expect(await walkMove(2)).toBe('MoveRefused');

    expect(await findEndpoint('of-others')).toMatchObject({ serves: EndpointConfigName });
    const refused = (await events()).filter(({ event_type: type }) => type === 'endpoint_move_refused').at(-1);
    expect(refused?.reason).toBe('there is an endpoint of-others already, which Assay did not make');
  });

  it('is moved, though the execution broke before it created the endpoint, and again after the flip', async () => {
    const { move } = await ask('hmda-eu');
    const opened = await product.invoke('open-endpoint', { modelName: MODEL, move: move.number });
    expect(opened).toEqual({ outcome: 'opening' });
    // As if it had broken after its write, before it created the endpoint.
    const sagemaker = new SageMakerClient(clientConfig(product.aws.sagemakerEndpoint));
    await expect.poll(async () => (await findEndpoint('hmda-eu'))?.condition).toBe('in_service');
    await sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'hmda-eu' }));
    await expect.poll(() => findEndpoint('hmda-eu')).toBeUndefined();

    const broken = walkMove(move.number, async (lambda, event) => {
      // It breaks after the flip, before the former endpoint is deleted.
      if (lambda === 'close-endpoint') throw new Error('States.Timeout');
      return product.invoke(lambda, event);
    });
    await expect(broken).rejects.toThrow('States.Timeout');
    const fault = { modelName: MODEL, move: move.number, error: 'States.Timeout' };
    expect(await product.invoke('record-fault', fault)).toEqual({ outcome: 'recorded' });

    expect(await pointer()).toMatchObject({ epoch: 2, endpointName: 'hmda-eu', releaseId: `${MODEL}-1.2.0` });
    expect([await rowOf(MODEL), await rowOf('hmda-eu')]).toEqual(['leaving', 'owned']);
    expect(await findEndpoint(MODEL)).toMatchObject({ condition: 'in_service' });

    expect(await ask('hmda-eu')).toMatchObject({ outcome: 'known', move: { status: 'moved' } });
    expect(await walkMove(move.number)).toBe('EndpointMoved');

    expect(await findEndpoint(MODEL)).toBeUndefined();
    expect(await findEndpoint('hmda-eu')).toMatchObject({ condition: 'in_service' });
    expect([await rowOf(MODEL), await rowOf('hmda-eu')]).toEqual(['released', 'owned']);
    const types = (await events()).map(({ event_type: type }) => type);
    expect(types.filter((type) => type === 'endpoint_moved')).toHaveLength(1);
    expect(types.slice(-4)).toEqual([
      'endpoint_moved',
      'endpoint_move_faulted',
      'endpoint_move_requested',
      'endpoint_closed',
    ]);
  });

  it('asks its releases for the new name', async () => {
    const another = { release_id: 'another', config_version: 'another', model_version: '1.3.0' };

    expect(await request('1.2.0', MODEL, another)).toMatchObject({ outcome: 'refused' });

    expect(await request('1.2.0', 'hmda-eu', another)).toMatchObject({ outcome: 'accepted' });
  });

  it('does not pass the gate with a release whose way back is not there', async () => {
    const key = { pk: `POINTER#${MODEL}`, sk: 'PRODUCTION' };
    const open = await pointer();
    await product.doctor(key, { endpointConfigName: 'gone', endpointName: 'gone' });
    await product.invoke('pin-evidence', { releaseId: 'another' });

    await product.invoke('evaluate-risk-classification', { releaseId: 'another' });

    await product.doctor(key, { ...open });
    const { status, explanation } = (await rehearsalOf('another')) ?? {};
    expect(status).toBe('failed');
    expect(explanation).toMatch(/configuration gone is not there with its model.*Endpoint gone is not there/);
  });

  it('is not brought back to the former endpoint by a deployment that was allowed before the move', async () => {
    const served = await product.store.get('release', `${MODEL}-1.2.0`);
    const { manifest, serving, modelPackageArn, approvedAt } = served ?? {};
    const late = { state: 'approved', manifest, serving, modelPackageArn, approvedAt };
    await product.doctor({ pk: 'RELEASE#another', sk: 'META' }, late);

    expect(await product.invoke('deploy-endpoint', { releaseId: 'another' })).toEqual({ outcome: 'deny' });

    expect(await findEndpoint(MODEL)).toBeUndefined();
    expect((await product.store.get('release', 'another'))?.reasons.map(({ rule }) => rule)).toContain('endpoint');
  });

  it('is rolled back on the new endpoint, to what the fallback served from (RB-1)', async () => {
    const wayBack = (await pointer())?.fallbackEndpointConfigName;
    await askRollback({ ...OPERATOR, modelName: MODEL, linkedIncident: 'INC-1' }, product.store, now);
    await product.drain();
    const input = { rollbackId: rollbackId(MODEL, 2) };

    expect(await walk('rollback', { input, invoke: product.invoke, meanwhile: product.drain })).toBe(
      'RollbackExecuted',
    );

    expect(await findEndpoint('hmda-eu')).toMatchObject({ serves: wayBack, condition: 'in_service' });
    expect(await findEndpoint(MODEL)).toBeUndefined();
    expect(await pointer()).toMatchObject({
      epoch: 3,
      releaseId: `${MODEL}-1.1.0`,
      endpointName: 'hmda-eu',
      endpointConfigName: wayBack,
    });
  });
});
