import { describe, expect, it } from 'vitest';
import {
  containerDifferences,
  ServingSpecification,
  servingSha256,
} from '../../../lib/domain/release/serving-specification.ts';
import { firstExample, formatPage } from '../../docs/pages.ts';
import { aStrategy } from '../../support/a-strategy.ts';
import { aServing, digestOf } from '../../support/approval-case.ts';

const tokenizer = { channel_name: 'tokenizer', s3_uri: 's3://models/tokenizer.json', compression_type: 'None' };
const labels = { channel_name: 'labels', s3_uri: 's3://models/labels.json', compression_type: 'None' };
const base = aServing({ additional_model_data: [tokenizer, labels] });

describe('a serving specification', () => {
  it('is what the format page shows', () => {
    const example: unknown = JSON.parse(new TextDecoder().decode(firstExample(formatPage('serving-specification'))));

    expect(ServingSpecification.parse(example)).toEqual(example);
  });

  it('keeps what only another version knows, and hashes it', () => {
    const later = ServingSpecification.parse({ ...base, accelerator: 'x' });

    expect(later).toHaveProperty('accelerator', 'x');
    expect(servingSha256(later)).not.toBe(servingSha256(base));
  });

  it('covers how traffic is brought to it, by a digest that never changes (GT-5)', () => {
    expect(servingSha256(aServing())).toBe('59c0b696efad5d7d120bb8272defd979453a5c9aab6dea8987b5f927b6ed6009');
    expect(servingSha256(aServing({ deployment_strategy: aStrategy() }))).toBe(
      '6da63fd0eafbb6bdf8621e0c5d0f26baad929ea8a3dbbe7cbd5b95a262a1b276',
    );
  });

  it.each([
    ['an environment value', { environment: { MODEL_SERVER_WORKERS: '2', THRESHOLD: '0.6' } }],
    ['the order of capture modes', { data_capture: { ...captured, capture_modes: ['Output', 'Input'] } }],
    ['network isolation', { network_isolation: true }],
  ])('has another digest with another value of %s', (_, changes) => {
    expect(servingSha256(aServing({ data_capture: captured, ...changes }))).not.toBe(
      servingSha256(aServing({ data_capture: captured })),
    );
  });
});

const captured = { destination_s3_uri: 's3://captured/x', sampling_percentage: 5, capture_modes: ['Input', 'Output'] };

describe('two containers', () => {
  it('are the same whatever order their environment and channels are in', () => {
    const other = aServing({
      environment: { THRESHOLD: '0.5', MODEL_SERVER_WORKERS: '2' },
      additional_model_data: [labels, tokenizer],
    });

    expect(containerDifferences(base, other)).toEqual([]);
  });

  it.each([
    ['image', { image: `evil.example.com/x@sha256:${digestOf('evil')}` }],
    ['environment.THRESHOLD', { environment: { MODEL_SERVER_WORKERS: '2', THRESHOLD: '0.9' } }],
    ['environment.THRESHOLD', { environment: { MODEL_SERVER_WORKERS: '2' } }],
    ['environment.toString', { environment: { ...base.environment, toString: 'x' } }],
    ['model_data.s3_uri', { model_data: { ...base.model_data, s3_uri: 's3://models/evil.tar.gz' } }],
    ['model_data.compression_type', { model_data: { ...base.model_data, compression_type: 'None' } }],
    ['additional_model_data', { additional_model_data: [tokenizer] }],
    ['additional_model_data', { additional_model_data: [tokenizer, { ...labels, channel_name: 'other' }] }],
    ['additional_model_data', { additional_model_data: [tokenizer, tokenizer, labels] }],
    ['additional_model_data.labels.s3_uri', { additional_model_data: [tokenizer, { ...labels, s3_uri: 's3://x/y' }] }],
  ])('that differ in %s are named by it, without a value', (field, changes) => {
    expect(containerDifferences(base, { ...base, ...changes })).toEqual([field]);
  });

  it('differ by their ETag where both have one', () => {
    const tagged = (etag?: string) => ({ ...base, model_data: { ...base.model_data, ...(etag && { etag }) } });

    expect(containerDifferences(tagged('a'), tagged('b'))).toEqual(['model_data.etag']);
    expect(containerDifferences(tagged('a'), tagged())).toEqual([]);
    expect(containerDifferences(tagged(), tagged('b'))).toEqual([]);
  });
});
