import { describe, expect, it } from 'vitest';
import { boundsViolations } from '../../../lib/domain/intake/serving-bounds.ts';
import { Deployment, ServingDefaults } from '../../../lib/domain/release/deployment.ts';
import { aManifest } from '../../support/approval-case.ts';

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const OTHER = ID.replace('1234abcd', '00000000');
const arn = (id: string, account = '111122223333') => `arn:aws:kms:eu-central-1:${account}:key/${id}`;

const bounds = (changes: object = {}) =>
  ServingDefaults.parse({ bounds: { vpc: false, keys: [arn(ID)], capture_uris: ['s3://captured/here/'], ...changes } })
    .bounds;
const asking = (changes: object) => Deployment.parse({ ...aManifest().deployment, ...changes });
const capturing = (uri: string, changes: object = {}) => ({ data_capture: { destination_s3_uri: uri, ...changes } });
const fields = (changes: object, of = bounds()) => boundsViolations(asking(changes), of).map(({ field }) => field);

const VPC = { vpc: { subnets: ['subnet-01234567'], security_group_ids: ['sg-01234567'] } };

describe('what a manifest asks for (GT-7)', () => {
  it.each<[string, object]>([
    ['nothing', {}],
    ['a key by its ARN', { kms_key_id: arn(ID) }],
    ['a key by its id', { kms_key_id: ID }],
    ['a place below an allowed one', capturing('s3://captured/here/credit')],
    ['an allowed place', capturing('s3://captured/here', { kms_key_id: ID })],
  ])('is served where the roles have the rights: %s', (_, changes) => {
    expect(fields(changes)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a VPC', VPC, 'deployment.vpc'],
    ['another key', { kms_key_id: OTHER }, 'deployment.kms_key_id'],
    ['a key of the same id in another account', { kms_key_id: arn(ID, '999988887777') }, 'deployment.kms_key_id'],
    ['another place', capturing('s3://captured/hereabouts'), 'deployment.data_capture.destination_s3_uri'],
    ['a place whose name it begins with', capturing('s3://captured/her'), 'deployment.data_capture.destination_s3_uri'],
    [
      'another key of what is captured',
      capturing('s3://captured/here', { kms_key_id: OTHER }),
      'deployment.data_capture.kms_key_id',
    ],
  ])('is refused by its field where they have none: %s', (_, changes, field) => {
    expect(fields(changes)).toEqual([field]);
  });

  it('is refused with the setting that would give the right', () => {
    const everything = { ...VPC, ...capturing('s3://elsewhere/y', { kms_key_id: OTHER }), kms_key_id: OTHER };

    expect(boundsViolations(asking(everything), bounds())).toEqual([
      expect.objectContaining({ problem: expect.stringContaining('servingVpcIds') }),
      expect.objectContaining({ problem: `${OTHER} is no key of servingKeyArns, so SageMaker may not use it` }),
      expect.objectContaining({ problem: expect.stringContaining('servingKeyArns') }),
      expect.objectContaining({ problem: expect.stringContaining('s3://elsewhere/y is below no URI of captureUris') }),
    ]);
  });

  it('is not bound where the role of the endpoints is that of the user, but for keys, which others use', () => {
    const own = bounds({ vpc: true, capture_uris: undefined });

    expect(fields({ ...VPC, ...capturing('s3://anywhere/at-all') }, own)).toEqual([]);
    expect(fields({ kms_key_id: OTHER }, own)).toEqual(['deployment.kms_key_id']);
  });

  it('is not bound by a deployment that names no bounds', () => {
    expect(boundsViolations(asking({ ...VPC, kms_key_id: OTHER }), undefined)).toEqual([]);
  });

  it('counts by the id where the deployment names a key by it', () => {
    expect(fields({ kms_key_id: arn(ID) }, bounds({ keys: [ID] }))).toEqual([]);
    expect(fields({ kms_key_id: arn(OTHER) }, bounds({ keys: [ID] }))).toEqual(['deployment.kms_key_id']);
  });
});
