import { GetObjectCommand, type GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { envelopeBytes } from '../../lib/domain/signing/envelope.ts';
import { renewalReader } from '../../lib/runtime/kept-renewal.ts';
import { proofOf, RENEWAL_KEY, serving } from '../support/a-renewal.ts';
import { NOW } from '../support/approval-case.ts';
import { memoryReleaseStore } from '../support/memory-release-store.ts';
import { mockClient } from '../support/mock-client.ts';
import { anAttestation } from '../support/release-life.ts';

const s3 = mockClient(S3Client);
const store = memoryReleaseStore();
const read = renewalReader(store, async () => RENEWAL_KEY.pem);
const renewed = { ...serving, approvalRenewedAt: NOW };
const { envelope, kept } = proofOf(RENEWAL_KEY.sealBytes(Buffer.from('{"renewed":true}')));
const holding = (bytes: Uint8Array) =>
  s3.on(GetObjectCommand).resolves({
    Body: { transformToByteArray: async () => bytes },
    ContentLength: bytes.length,
  } as GetObjectCommandOutput);

describe('the proof of a renewal', () => {
  it('is asked of nobody where nothing was renewed, and is none where no row names it', async () => {
    expect(await read(serving)).toBeUndefined();
    expect(await read(renewed)).toBeUndefined();
    expect(s3.calls()).toHaveLength(0);
  });

  it('is the envelope that the row names, by its bytes', async () => {
    store.seed(anAttestation('model_card', { ...kept, releaseId: serving.releaseId } as object));
    holding(envelopeBytes(envelope));

    expect(await read(renewed)).toMatchObject({
      envelope,
      kept: { sha256: kept.sha256 },
      publicKeyPem: RENEWAL_KEY.pem,
    });
  });

  it('is refused where other bytes are there', async () => {
    holding(Buffer.from('{}'));

    await expect(read(renewed)).rejects.toThrow(`hash to ${sha256('{}')}`);
  });
});
