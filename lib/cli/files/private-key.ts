/** A private key in a file, as a signer. */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Signer } from '../../domain/signing/signer.ts';
import { UsageError } from '../command.ts';
import { plain } from '../terminal/text.ts';

export const readSigner = async (file: string): Promise<Signer> => {
  const key = parseKey(await readFile(file, 'utf8'), file);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new UsageError(`${plain(file)} is no key on the curve P-256, which signatures are made with here`);
  }
  return {
    keyId: file,
    sign: async (message) => sign('sha256', message, key),
    publicKeyPem: async () => createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
  };
};

/** What the parser says of a key that it cannot read could repeat a part of the file. */
const parseKey = (pem: string, file: string): KeyObject => {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new UsageError(`${plain(file)} is no private key in PEM without a passphrase`);
  }
};
