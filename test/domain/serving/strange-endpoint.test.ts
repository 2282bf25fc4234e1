import { describe, expect, it } from 'vitest';
import type { FoundEndpoint } from '../../../lib/domain/serving/deployer.ts';
import { strangerProblem } from '../../../lib/domain/serving/strange-endpoint.ts';
import { NOW } from '../../support/approval-case.ts';
import { anEmptyPointer, anEndpoint, aPointer, MODEL } from '../../support/release-life.ts';

const taken = {
  modelName: MODEL as never,
  endpointName: 'mortgage',
  pointer: anEmptyPointer(),
  endpoint: anEndpoint(),
};
const found = (changes: Partial<FoundEndpoint> = {}): FoundEndpoint => ({
  serves: 'found',
  headsFor: 'found',
  condition: 'in_service',
  createdAt: NOW,
  ...changes,
});
const known = anEndpoint({ endpointConfigName: 'found' });

describe('an endpoint that a model does not serve from (GT-8)', () => {
  it.each([
    ['its row says nothing else than whose it is', {}],
    ['its row says that it serves something else', { endpoint: anEndpoint({ endpointConfigName: 'ordered' }) }],
    ['its row was released', { endpoint: { ...known, status: 'released' } }],
    ['it has no row', { endpoint: undefined }],
    ['the model serves from another', { pointer: aPointer({ endpointName: 'elsewhere' }) }],
  ])('was made by others if %s', (_, facts) => {
    expect(strangerProblem({ ...taken, ...facts }, found())).toContain('Assay did not make it');
  });

  it('is the model’s if it serves, or heads for, what its row says', () => {
    expect(strangerProblem({ ...taken, endpoint: known }, found())).toBeUndefined();
    expect(strangerProblem({ ...taken, endpoint: known }, found({ serves: 'another' }))).toBeUndefined();
  });

  it('is the model’s if it serves what this release was deployed with', () => {
    expect(strangerProblem(taken, found(), 'found')).toBeUndefined();
    expect(strangerProblem(taken, found(), 'another')).toBeDefined();
  });
});

it('an endpoint that the model serves from is its own, however it is spelt (GT-8)', () => {
  const pointer = aPointer({ endpointName: 'Mortgage' });

  expect(strangerProblem({ ...taken, pointer, endpoint: undefined }, found())).toBeUndefined();
});

it('an endpoint of another model is refused as such, and not as one to adopt (GT-8)', () => {
  const endpoint = anEndpoint({ modelName: 'other' as never });

  expect(strangerProblem({ ...taken, endpoint }, found())).toBeUndefined();
});

it('a name that nobody uses is free (GT-8)', () => {
  expect(strangerProblem(taken, undefined)).toBeUndefined();
});
