import { createPublicKey } from 'node:crypto';
import type { Sha256 } from '../identifiers.ts';
import { sha256 } from './canonical-json.ts';

export type ReadKey = {
  /** SHA-256 of the key's DER: what `openssl pkey -pubin -outform DER | sha256sum` prints of it. */
  readonly fingerprint: Sha256;
  /** Whether envelopes can be signed with it: ECDSA on P-256. */
  readonly signsEnvelopes: boolean;
};

/** What a public key in PEM is; undefined if it is none. */
export const readPublicKey = (pem: string): ReadKey | undefined => {
  try {
    const key = createPublicKey(pem);
    return {
      fingerprint: sha256(key.export({ type: 'spki', format: 'der' })),
      signsEnvelopes: key.asymmetricKeyDetails?.namedCurve === 'prime256v1',
    };
  } catch {
    return undefined;
  }
};
