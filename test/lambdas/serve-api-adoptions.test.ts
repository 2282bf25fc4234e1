import { beforeEach, describe, expect, it } from 'vitest';
import { EndpointConfiguration } from '../../lib/domain/serving/endpoint-shape.ts';
import { anApi, callApi } from '../support/api.ts';
import { NOW } from '../support/approval-case.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { anEndpoint, MODEL } from '../support/release-life.ts';

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
});

const call = (path: string, body?: unknown, groups = ['operator'], configuration: object = {}) => {
  const api = anApi(intake, {
    findShape: async (endpointName) => ({
      endpointName,
      serves: 'by-hand',
      headsFor: 'by-hand',
      condition: 'in_service',
      createdAt: NOW,
      configuration: EndpointConfiguration.parse({ ProductionVariants: [{ VariantName: 'blue' }], ...configuration }),
    }),
  });
  return callApi(api, path, { username: 'omar', groups }, body);
};
const ORDER = { model_name: MODEL, reason: 'it was ours before' };

describe('endpoints by the API (GT-8)', () => {
  it('are adopted by an operator, once, and listed for everybody', async () => {
    const shown = { endpoint_name: 'mortgage', model_name: MODEL };
    intake.store.seed(
      anEndpoint({ endpointId: 'another', endpointName: 'Another' }),
      anEndpoint({ endpointId: 'free', endpointName: 'free', status: 'released' }),
    );

    expect(await call('/endpoints/mortgage/adopt', ORDER)).toMatchObject({ status: 201, body: shown });
    expect(await call('/endpoints/mortgage/adopt', ORDER)).toMatchObject({ status: 200, body: shown });

    expect((await call('/endpoints', undefined, ['auditor'])).body).toMatchObject({
      endpoints: [{ endpoint_name: 'Another', since: NOW }, shown],
    });
  });

  it('are not adopted where their shape would be lost', async () => {
    const answer = await call('/endpoints/mortgage/adopt', ORDER, ['operator'], { AsyncInferenceConfig: {} });

    expect(answer).toMatchObject({
      status: 409,
      body: { title: 'AdoptionImpossible', faults: [{ field: 'AsyncInferenceConfig' }] },
    });
  });

  it.each([
    ['no operator', ORDER, ['releaser'], 403, []],
    ['no reason', { model_name: MODEL }, ['operator'], 422, ['reason']],
    ['no model', { reason: 'why', model_name: 'not/one' }, ['operator'], 422, ['model_name']],
  ])('are not adopted by %s', async (_, order, groups, status, fields) => {
    const answer = await call('/endpoints/mortgage/adopt', order, groups);

    expect(answer.status).toBe(status);
    expect((answer.body['faults'] as { field: string }[]).map(({ field }) => field)).toEqual(fields);
    expect((await intake.store.page('endpoint', { limit: 10 })).items).toEqual([]);
  });

  it('are not looked for under what cannot be a name', async () => {
    expect((await call(`/endpoints/${'x'.repeat(64)}/adopt`, ORDER)).status).toBe(404);
  });
});
