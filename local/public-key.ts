import { GetPublicKeyCommand, type KMSClient } from '@aws-sdk/client-kms';

/** The public half of a key of KMS, as openssl and the verifier read it. */
export const publicKeyPem = async (kms: KMSClient, KeyId: string): Promise<string> => {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
  const base64 = Buffer.from(PublicKey ?? []).toString('base64');
  return `-----BEGIN PUBLIC KEY-----\n${base64.replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END PUBLIC KEY-----\n`;
};
