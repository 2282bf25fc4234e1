import { GenerateMacCommand, KMSClient, KMSInvalidMacException, VerifyMacCommand } from '@aws-sdk/client-kms';
import { beforeEach, describe, expect, it } from 'vitest';
import { kmsMacMaker, kmsMacVerifier } from '../../lib/adapters/kms-link-mac.ts';
import { mockClient } from '../support/mock-client.ts';

const kms = mockClient(KMSClient);
const mac = { ...kmsMacMaker('alias/link'), ...kmsMacVerifier('alias/link') };
const message = new TextEncoder().encode('message');
const code = new Uint8Array(32);

describe('link MAC of KMS', () => {
  beforeEach(() => {
    kms.reset();
  });

  it('generates with HMAC-SHA-256', async () => {
    kms
      .on(GenerateMacCommand, { KeyId: 'alias/link', Message: message, MacAlgorithm: 'HMAC_SHA_256' })
      .resolves({ Mac: code });

    expect(await mac.generate(message)).toEqual(code);
  });

  it('does not pass off nothing as a MAC', async () => {
    kms.on(GenerateMacCommand).resolves({});

    await expect(mac.generate(message)).rejects.toThrow('no MAC');
  });

  it('verifies with KMS', async () => {
    kms
      .on(VerifyMacCommand, { KeyId: 'alias/link', Message: message, Mac: code, MacAlgorithm: 'HMAC_SHA_256' })
      .resolves({ MacValid: true });

    expect(await mac.verify(message, code)).toBe(true);
  });

  it('answers no for a MAC that does not verify, and for an empty answer', async () => {
    kms
      .on(VerifyMacCommand)
      .rejectsOnce(new KMSInvalidMacException({ message: 'invalid', $metadata: {} }))
      .resolves({});

    expect(await mac.verify(message, code)).toBe(false);
    expect(await mac.verify(message, code)).toBe(false);
  });

  it('takes a failure of KMS for neither yes nor no', async () => {
    kms.on(VerifyMacCommand).rejects(new Error('throttled'));

    await expect(mac.verify(message, code)).rejects.toThrow('throttled');
  });
});
