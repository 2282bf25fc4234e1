import { describe, expect, it } from 'vitest';
import { endpointId, holding, ownerProblem } from '../../../lib/domain/records/endpoint.ts';
import { NOW } from '../../support/approval-case.ts';
import { anEndpoint } from '../../support/release-life.ts';

const { modelName, endpointName } = anEndpoint();
const wanted = { modelName, endpointName };
const otherModel = anEndpoint({ modelName: 'other' as never });

describe('an endpoint (GT-8)', () => {
  it('is free while no model was promoted to it, or when its owner released it', () => {
    expect(ownerProblem(undefined, wanted)).toBeUndefined();
    expect(ownerProblem({ ...otherModel, status: 'released' }, wanted)).toBeUndefined();
  });

  it.each(['owned', 'a_word_of_another_version'])('belongs to one model while it is %s', (status) => {
    expect(ownerProblem(anEndpoint({ status }), wanted)).toBeUndefined();
    expect(ownerProblem({ ...otherModel, status }, wanted)).toBe('mortgage is the endpoint of other');
  });

  it('is the same one in capital letters, as it is for SageMaker', () => {
    expect(endpointId('Mortgage')).toBe(endpointId('mortgage'));
    expect(ownerProblem(otherModel, { modelName, endpointName: 'MORTGAGE' })).toContain('the endpoint of other');
    expect(ownerProblem(anEndpoint(), { modelName, endpointName: 'MORTGAGE' })).toBe('the endpoint is called mortgage');
  });

  it('is held by the row that was read, or by the one that makes it the model’s own', () => {
    const own = anEndpoint({ version: 0 });

    expect(holding(anEndpoint(), wanted, NOW)).toEqual({ kind: 'expect', entity: anEndpoint() });
    expect(holding(undefined, wanted, NOW)).toEqual({ kind: 'create', entity: own });
    expect(holding(undefined, { ...wanted, endpointConfigName: 'c' }, NOW).entity).toEqual({
      ...own,
      endpointConfigName: 'c',
    });
    expect(holding({ ...otherModel, status: 'released', version: 7 }, wanted, NOW)).toEqual({
      kind: 'replace',
      entity: { ...own, version: 7 },
    });
  });
});
