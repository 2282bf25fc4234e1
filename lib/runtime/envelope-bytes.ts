import { S3ServiceException } from '@aws-sdk/client-s3';
import { readEnvelope } from '../adapters/s3-envelope-store.ts';
import { Refusal } from '../domain/refusal.ts';

/** The bytes of a kept envelope. One that is not there, or holds other bytes, is what people look for, and no fault. */
export const envelopeBytesOf = async (
  kept: Parameters<typeof readEnvelope>[0],
): Promise<{ readonly bytes: Uint8Array } | { readonly problem: string }> => {
  try {
    return { bytes: await readEnvelope(kept) };
  } catch (cause) {
    if (cause instanceof Refusal) return { problem: cause.message };
    if (cause instanceof S3ServiceException && cause.name === 'NoSuchKey')
      return { problem: `${kept.uri} is not there` };
    throw cause;
  }
};
