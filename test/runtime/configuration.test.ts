import { readFileSync } from 'node:fs';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../../lib/domain/refusal.ts';
import { directoryAt, policyAt } from '../../lib/runtime/configuration.ts';

const s3 = mockClient(S3Client);
const read = (name: string) => readFileSync(new URL(`../../policies/${name}`, import.meta.url));
const PLACE = { bucket: 'assets', key: 'policy.yaml' };

/** Of the stream that the SDK answers with, only this is used. */
const holds = (bytes: Uint8Array) => {
  const Body = { transformToByteArray: async () => bytes };
  s3.on(GetObjectCommand).resolves({ Body: Body as never, ContentLength: bytes.length }); // The type is that of a socket; nothing else of it is used.
};

beforeEach(() => s3.reset());

describe('the configuration of a function', () => {
  it('is read once', async () => {
    holds(read('governance-policy.yaml'));
    const policy = policyAt(PLACE);

    expect(await policy()).toMatchObject({ name: 'Mortgage credit models' });
    expect(await policy()).toBe(await policy());
    expect(s3.calls()).toHaveLength(1);
  });

  it('is a fault when it cannot be read, and no refusal of whoever asks', async () => {
    holds(read('approvers.yaml'));
    const policy = policyAt(PLACE);

    const error = await policy().catch((cause: unknown) => cause);

    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(Refusal);
    expect(String(error)).toMatch(/could not read policy\.yaml: policy\.yaml:\d+:\d+ /);
  });

  it('names the field at fault in a directory', async () => {
    holds(new TextEncoder().encode('schema_version: 1\npeople: [{id: ada}]'));

    const error = await directoryAt({ bucket: 'assets', key: 'approvers.yaml' })().catch((cause: unknown) => cause);

    expect(error).not.toBeInstanceOf(Refusal);
    expect(String(error)).toContain('could not read the approvers.yaml: people.0.name is missing');
  });

  it('is read again after it could not be read', async () => {
    s3.on(GetObjectCommand).rejectsOnce(new Error('the network is down'));
    const directory = directoryAt(PLACE);
    await expect(directory()).rejects.toThrow('the network is down');

    holds(read('approvers.yaml'));

    expect((await directory()).people).toHaveLength(5);
  });
});
