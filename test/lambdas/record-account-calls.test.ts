/** Calls to AWS as CloudTrail writes them, in the envelope of EventBridge. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct('account-calls');
});
afterAll(() => product.stop());

const ACCOUNT = '111122223333';
const SESSION = {
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLE:ana.silva@bank.example',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/ana.silva@bank.example`,
  accountId: ACCOUNT,
  sessionContext: {
    sessionIssuer: { type: 'Role', principalId: 'AROAEXAMPLE', arn: `arn:aws:iam::${ACCOUNT}:role/ops/Admin` },
    attributes: { creationDate: '2026-11-28T09:00:00Z', mfaAuthenticated: 'true' },
  },
};
let calls = 0;
const hear = async (source: string, detail: object) => {
  calls += 1;
  const eventID = `00000000-0000-0000-0000-${String(calls).padStart(12, '0')}`;
  const written = {
    ...{ eventVersion: '1.10', userIdentity: SESSION, eventTime: '2026-11-28T10:00:00Z', awsRegion: 'us-east-1' },
    ...{ sourceIPAddress: '192.0.2.1', userAgent: 'aws-cli', eventID, readOnly: false, eventType: 'AwsApiCall' },
    ...detail,
  };
  await product.invoke('record-account-calls', {
    ...{ version: '0', id: eventID, 'detail-type': 'AWS API Call via CloudTrail', source, account: ACCOUNT },
    ...{ time: '2026-11-28T10:00:00Z', region: 'us-east-1', resources: [], detail: written },
  });
  return (await product.store.events('_configuration')).at(-1)?.event;
};

const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const POLICY = { policyName: 'more', policyDocument: '{"Statement":[{"Sid":"secret"}]}' };

describe('a call that changes rights (SD-4, AU-3)', () => {
  it.each([
    ['aws.iam', 'PutRolePolicy', { roleName: 'assay-dev-Role', ...POLICY }, 'assay-dev-Role', 'more'],
    ['aws.iam', 'AttachRolePolicy', { roleName: 'r', policyArn: 'arn:aws:iam::aws:policy/Admin' }, 'r', /Admin$/],
    ['aws.iam', 'CreatePolicyVersion', { policyArn: `arn:aws:iam::${ACCOUNT}:policy/p` }, /policy\/p$/, /policy\/p$/],
    ['aws.kms', 'PutKeyPolicy', { keyId: 'alias/x', policy: '{}' }, KEY, ''],
    ['aws.s3', 'PutBucketPolicy', { bucketName: 'audit', bucketPolicy: { Statement: [] } }, 'audit', ''],
    ['aws.lambda', 'AddPermission20150331v2', { functionName: 'assay-dev-f', action: '*' }, 'assay-dev-f', ''],
    ['aws.s3', 'DeleteBucketPolicy', null, '', ''],
  ])('%s %s is on record by what it is about', async (source, eventName, requestParameters, resource, policy) => {
    const resources = source === 'aws.kms' ? { resources: [{ ARN: KEY, type: 'AWS::KMS::Key' }] } : {};

    const event = await hear(source, { eventName, requestParameters, ...resources });

    const matching = (text: string | RegExp) => (text instanceof RegExp ? expect.stringMatching(text) : text);
    expect(event).toMatchObject({
      event_type: 'permission_changed',
      details: {
        call: `${source.slice(4)}:${eventName}`,
        resource: matching(resource),
        policy: matching(policy),
        by: `arn:aws:iam::${ACCOUNT}:role/Admin`,
        at: '2026-11-28T10:00:00.000Z',
      },
    });
    expect(JSON.stringify(event)).not.toMatch(/secret|bank\.example|192\.0\.2/);
  });

  const session = (sourceIdentity: string) => ({
    ...SESSION,
    sessionContext: { ...SESSION.sessionContext, sourceIdentity },
  });
  it.each([
    ['the person behind a session', session('ruth.meyer'), 'ruth.meyer', ''],
    [
      'a user of IAM, whose name is not told',
      { type: 'IAMUser', principalId: 'AIDAEXAMPLE', arn: `arn:aws:iam::${ACCOUNT}:user/Ana`, userName: 'Ana' },
      'AIDAEXAMPLE',
      '',
    ],
    ['root', { type: 'Root', principalId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` }, ACCOUNT, ''],
    [
      'a service of AWS',
      { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' },
      'cloudformation.amazonaws.com',
      'cloudformation.amazonaws.com',
    ],
  ])('names %s', async (_, userIdentity, by, through) => {
    const event = await hear('aws.iam', {
      eventName: 'DeleteRole',
      requestParameters: { roleName: 'r' },
      userIdentity,
    });

    expect(event?.details).toMatchObject({ by, through, by_kind: userIdentity.type });
  });
});

it('a key that somebody else signs with is on record (SG-4)', async () => {
  const asked = { keyId: KEY, signingAlgorithm: 'ECDSA_SHA_256', messageType: 'RAW' };
  const event = await hear('aws.kms', {
    ...{ eventName: 'Sign', readOnly: true, requestParameters: asked, resources: [{ ARN: KEY }] },
  });

  expect(event).toMatchObject({ event_type: 'unexpected_signing_found', details: { resource: KEY } });
});
