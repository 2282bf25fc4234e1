import { describe, expect, it } from 'vitest';
import { Deployment, Environment } from '../../../lib/domain/release/deployment.ts';
import { imageAddress, imageByDigest } from '../../../lib/domain/release/image-address.ts';

const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const least = {
  image_uri: `${HOST}/xgboost:1.7`,
  instance_type: 'ml.m5.large',
  instance_count: 1,
  endpoint_name: 'credit',
};
const data = { channel_name: 'tokenizer', s3_uri: 's3://models/t.json' };
const vpc = { subnets: ['subnet-0123456789abcdef0'], security_group_ids: ['sg-01234567'] };
const capture = { destination_s3_uri: 's3://captured/credit' };
/** So many variables, each of a name and a value that have so many bytes together. */
const variables = (count: number, bytes: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`V${10 + n}`, 'x'.repeat(bytes - 3)]));

const faultsOf = (changes: object): [string, string][] =>
  (Deployment.safeParse({ ...least, ...changes }).error?.issues ?? []).map((it) => [it.path.join('.'), it.message]);

describe('a deployment (GT-7)', () => {
  it.each([
    {},
    { environment: { MODEL_SERVER_WORKERS: '2', _x: '', MONKEY: 'a', MAX_TOKENS: '9', tokenizer: 'b', Keyboard: 'c' } },
    { additional_model_data: [data, { ...data, channel_name: 'labels', compression_type: 'Gzip' }] },
    { environment: { WIDE: 'é'.repeat(512) } },
    { environment: variables(32, 1024) },
    { compression_type: 'None', network_isolation: true, vpc, kms_key_id: KEY },
    {
      data_capture: {
        ...capture,
        sampling_percentage: 0,
        capture_modes: ['Output'],
        kms_key_id: `mrk-${'a'.repeat(32)}`,
      },
    },
    { kms_key_id: `arn:aws:kms:eu-central-1:123456789012:key/${KEY}` },
  ])('may ask for %j', (changes) => {
    expect(faultsOf(changes)).toEqual([]);
  });

  it.each([
    ['instance_type', { instance_type: 'm5.large' }],
    ['instance_type', { instance_type: 'ml.m5' }],
    ['instance_type', { instance_type: 'ml.m5.large; x' }],
    ['compression_type', { compression_type: 'gzip' }],
    ['kms_key_id', { kms_key_id: 'alias/models' }],
    ['kms_key_id', { kms_key_id: 'arn:aws:kms:eu-central-1:123456789012:alias/models' }],
    ['vpc.subnets.0', { vpc: { ...vpc, subnets: ['vpc-01234567'] } }],
    ['vpc.subnets', { vpc: { ...vpc, subnets: [] } }],
    ['vpc.subnets', { vpc: { ...vpc, subnets: ['subnet-01234567', 'subnet-01234567'] } }],
    ['vpc.security_group_ids.0', { vpc: { ...vpc, security_group_ids: ['sg-xyz'] } }],
    ['data_capture.destination_s3_uri', { data_capture: { destination_s3_uri: 'https://example.org/x' } }],
    ['data_capture.sampling_percentage', { data_capture: { ...capture, sampling_percentage: 101 } }],
    ['data_capture.capture_modes', { data_capture: { ...capture, capture_modes: ['Input', 'Input'] } }],
    ['additional_model_data', { additional_model_data: [data, data] }],
    ['additional_model_data.0.channel_name', { additional_model_data: [{ ...data, channel_name: '../etc' }] }],
    ['environment', { environment: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`V${n}`, ''])) }],
    ['environment.1ST', { environment: { '1ST': 'x' } }],
    ['environment.A-B', { environment: { 'A-B': 'x' } }],
    ['environment.LONG', { environment: { LONG: 'x'.repeat(1025) } }],
    ['environment.WIDE', { environment: { WIDE: 'é'.repeat(513) } }],
    ['environment', { environment: { ...variables(32, 1024), _: '' } }],
    ['environment.HALF', { environment: { HALF: '\ud800' } }],
  ])('is refused for its %s', (field, changes) => {
    expect(faultsOf(changes).map(([path]) => path)).toEqual([field]);
  });

  it('is refused for every field at fault, in one answer', () => {
    const faults = faultsOf({ image_uri: 'xgboost', instance_type: 'm5.large', kms_key_id: 'alias/x', vpc: {} });

    expect(faults.map(([path]) => path)).toEqual([
      'image_uri',
      'instance_type',
      'vpc.subnets',
      'vpc.security_group_ids',
      'kms_key_id',
    ]);
  });

  it.each(['API_KEY', 'apiKey', 'APIKey2', 'key', 'HF_TOKEN', 'Secret', 'DB_PASSWORD_1', 'x_secret_y', 'SecretName'])(
    'sends a variable named %s to Secrets Manager, and does not repeat its value',
    (name) => {
      const faults = faultsOf({ environment: { [name]: 'hunter2' } });

      expect(faults).toEqual([[`environment.${name}`, expect.stringContaining('use Secrets Manager')]]);
      expect(JSON.stringify(faults)).not.toContain('hunter2');
    },
  );
});

describe('the address of an image', () => {
  it.each([
    [`${HOST}/xgboost:1.7`, { registryId: '123456789012', region: 'eu-central-1', repository: 'xgboost', tag: '1.7' }],
    [`${HOST}/team/a-b_c.d`, { region: 'eu-central-1', repository: 'team/a-b_c.d', tag: 'latest' }],
    [`${HOST}/xgboost:1.7@${DIGEST}`, { tag: '1.7', digest: DIGEST }],
    ['111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/x', { registryId: '111122223333', region: 'cn-north-1' }],
    ['111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com/x', { region: 'us-gov-west-1' }],
  ])('%s is taken apart', (uri, parts) => {
    expect(faultsOf({ image_uri: uri })).toEqual([]);
    expect(imageAddress(uri)).toMatchObject(parts);
  });

  it.each([
    'xgboost:1.7',
    'docker.io/library/python:3',
    'public.ecr.aws/x/y:1',
    `${HOST}.evil.example.org/xgboost:1.7`,
    `evil.example.org/${HOST}/xgboost:1.7`,
    '12345.dkr.ecr.eu-central-1.amazonaws.com/xgboost:1.7',
    `https://${HOST}/xgboost:1.7`,
    `${HOST}/Xgboost:1.7`,
    `${HOST}/xgboost@sha256:abc`,
    `${HOST}/xgboost:1.7\n`,
    `${HOST}/${'x'.repeat(255)}`,
  ])('%j is refused', (uri) => {
    expect(faultsOf({ image_uri: uri }).map(([path]) => path)).toEqual(['image_uri']);
  });

  it('is no address where it cannot be taken apart', () => {
    expect(imageAddress('xgboost:1.7')).toBeUndefined();
  });

  it('is turned into the one by digest, whatever it named before', () => {
    for (const given of [`${HOST}/x`, `${HOST}/x:1`, `${HOST}/x:1@${DIGEST}`, `${HOST}/x@${DIGEST}`]) {
      expect(imageByDigest(given, DIGEST)).toBe(`${HOST}/x@${DIGEST}`);
    }
  });
});

it('names each variable at fault in one answer, also where another is no text', () => {
  const faults = faultsOf({ environment: { API_KEY: 'hunter2', '1ST': 7, WORKERS: 2, NONE: { toString: 1 } } });
  expect(new Set(faults.map(([path]) => path.replace('environment.', '')))).toEqual(
    new Set(['API_KEY', '1ST', 'WORKERS', 'NONE']),
  );
  expect(faults).toContainEqual(['environment.WORKERS', 'must be text: put it in quotes']);
});

it('a variable whose name has no word is no secret', () => {
  expect(Environment.safeParse({ _1: 'x' }).success).toBe(true);
});
