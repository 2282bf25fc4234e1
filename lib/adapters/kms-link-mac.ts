import { GenerateMacCommand, KMSClient, KMSInvalidMacException, VerifyMacCommand } from '@aws-sdk/client-kms';
import type { LinkMac } from '../domain/approval/link-mac.ts';

const kms = new KMSClient({});

/** Makes codes by HMAC-SHA-256 with a KMS key. */
export const kmsMacMaker = (keyId: string): Pick<LinkMac, 'generate'> => ({
  generate: async (message) => {
    const { Mac } = await kms.send(
      new GenerateMacCommand({ KeyId: keyId, Message: message, MacAlgorithm: 'HMAC_SHA_256' }),
    );
    if (Mac === undefined) throw new Error(`could not authenticate with ${keyId}: no MAC`);
    return Mac;
  },
});

/** Verifies them: who does has neither the right to make one nor the code for it. */
export const kmsMacVerifier = (keyId: string): Pick<LinkMac, 'verify'> => ({
  verify: async (message, mac) => {
    try {
      const { MacValid } = await kms.send(
        new VerifyMacCommand({ KeyId: keyId, Message: message, Mac: mac, MacAlgorithm: 'HMAC_SHA_256' }),
      );
      return MacValid === true;
    } catch (cause) {
      if (cause instanceof KMSInvalidMacException) return false;
      throw cause;
    }
  },
});
