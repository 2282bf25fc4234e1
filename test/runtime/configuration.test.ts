import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { policySha256 } from '../../lib/domain/policy/policy-record.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { clausesAt, directoryAt, modelBucketsAt, policiesAt } from '../../lib/runtime/configuration.ts';
import { deployedBytes, SHIPPED_DIRECTORY, SHIPPED_POLICY } from '../support/deployed-files.ts';
import { mockClient } from '../support/mock-client.ts';

const s3 = mockClient(S3Client);
const POLICY_BYTES = deployedBytes(SHIPPED_POLICY);
const APPROVERS_BYTES = deployedBytes(SHIPPED_DIRECTORY);
const POLICY_ENV = { POLICY_BUCKET: 'assets', POLICY_KEY: 'policy.json', POLICY_SHA256: sha256(POLICY_BYTES) };
const APPROVERS_ENV = {
  APPROVERS_BUCKET: 'assets',
  APPROVERS_KEY: 'approvers.json',
  APPROVERS_SHA256: sha256(APPROVERS_BYTES),
};

/** Of the stream that the SDK answers with, only this is used. */
const holds = (bytes: Uint8Array) => {
  const Body = { transformToByteArray: async () => bytes, transformToWebStream: () => ({ cancel: async () => {} }) };
  s3.on(GetObjectCommand).resolves({ Body: Body as never, ContentLength: bytes.length }); // The type is that of a socket; nothing else of it is used.
};

beforeEach(() => s3.reset());

describe('the configuration of a function', () => {
  it('is read once', async () => {
    holds(POLICY_BYTES);
    const policy = policiesAt(POLICY_ENV);

    expect(await policy()).toMatchObject({ base: { name: 'Mortgage credit models' } });
    expect(await policy()).toBe(await policy());
    expect(s3.calls().map(({ args }) => args[0].input)).toMatchObject([{ Bucket: 'assets', Key: 'policy.json' }]);
  });

  it('is the policy that was written, and the digest of its bytes is the one that releases pin', async () => {
    holds(POLICY_BYTES);

    expect(await policiesAt(POLICY_ENV)()).toEqual({ base: SHIPPED_POLICY });
    expect(POLICY_ENV.POLICY_SHA256).toBe(policySha256(SHIPPED_POLICY));
  });

  it('has its overlays in the same file, so that none can be missing', async () => {
    const bytes = deployedBytes({ base: SHIPPED_POLICY, scoped: { overlays: [], models: [{ name: 'm', tags: {} }] } });
    holds(bytes);

    expect(await policiesAt({ ...POLICY_ENV, POLICY_SHA256: sha256(bytes) })()).toMatchObject({
      base: { name: SHIPPED_POLICY.name },
      scoped: { models: [{ name: 'm' }] },
    });
  });

  it.each([
    ['another policy', deployedBytes({ ...SHIPPED_POLICY, approval_expiry_days: 3650 })],
    ['the same policy in other bytes', Buffer.concat([POLICY_BYTES, Buffer.from('\n')])],
  ])('is not %s than the one that was deployed', async (_, bytes) => {
    holds(bytes);

    await expect(policiesAt(POLICY_ENV)()).rejects.toThrow(
      `could not read s3://assets/policy.json: it hashes to ${sha256(bytes)}, not to ${POLICY_ENV.POLICY_SHA256}`,
    );
  });

  it('names the buckets of models, those that have the account in their names in this one', async () => {
    const bytes = deployedBytes(['assay-models-<account>', 'others']);
    const env = {
      MODEL_BUCKETS_BUCKET: 'assets',
      MODEL_BUCKETS_KEY: 'names.json',
      MODEL_BUCKETS_SHA256: sha256(bytes),
    };
    holds(bytes);

    expect(await modelBucketsAt(env, '111122223333')()).toEqual(['assay-models-111122223333', 'others']);
    holds(deployedBytes(['foreign']));
    await expect(modelBucketsAt(env, '111122223333')()).rejects.toThrow('could not read s3://assets/names.json');
  });

  it('is no directory with one role more', async () => {
    holds(Buffer.from(Buffer.from(APPROVERS_BYTES).toString().replace('"roles":[', '"roles":["model_owner",')));

    await expect(directoryAt(APPROVERS_ENV)()).rejects.toThrow('could not read s3://assets/approvers.json: it hashes');
  });

  it('is a fault when it is too large, and no refusal of the caller', async () => {
    holds(new Uint8Array(262_145));

    const error = await policiesAt(POLICY_ENV)().catch((cause: unknown) => cause);

    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(Refusal);
    expect(String(error)).toContain('s3://assets/policy.json has 262145 bytes');
  });

  it('is a fault when it is something else than its variable says', async () => {
    holds(APPROVERS_BYTES);

    await expect(policiesAt({ ...POLICY_ENV, POLICY_SHA256: sha256(APPROVERS_BYTES) })()).rejects.toThrow('"stages"');
  });

  it('is when the clauses of regimes hold, too (EX-3)', async () => {
    const bytes = Buffer.from('[{"id":"an act","in_force_from":"2027-01-01"}]');
    holds(bytes);
    const env = { REGIMES_BUCKET: 'assets', REGIMES_KEY: 'regimes.json', REGIMES_SHA256: sha256(bytes) };

    expect(await clausesAt(env)()).toEqual([{ id: 'an act', in_force_from: '2027-01-01' }]);
  });

  it('is read again after it could not be read', async () => {
    s3.on(GetObjectCommand).rejectsOnce(new Error('the network is down'));
    const directory = directoryAt(APPROVERS_ENV);
    await expect(directory()).rejects.toThrow('the network is down');

    holds(APPROVERS_BYTES);

    expect((await directory()).people.map(({ id }) => id)).toContain('dana.kim');
  });
});
