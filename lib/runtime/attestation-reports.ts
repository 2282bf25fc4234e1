import { kmsPublicKey } from '../adapters/kms-signer.ts';
import { attestationReport } from '../domain/attestation/attestation-of-release.ts';
import type { AttestationReport } from '../domain/attestation/verify-attestation.ts';
import type { Attestation } from '../domain/records/attestation.ts';
import type { CheckRecord } from '../domain/records/check-record.ts';
import type { Release } from '../domain/release/release.ts';
import { envelopeBytesOf } from './envelope-bytes.ts';

/** Reads an attestation of a release as it lies in storage, and verifies it by the key that signs attestations now. */
export const attestationVerifier = (keyId: string) => {
  const { publicKeyPem } = kmsPublicKey(keyId);
  return async (release: Release, kept: Attestation, checks: readonly CheckRecord[]): Promise<AttestationReport> => {
    const [found, attestationKeyPem] = await Promise.all([envelopeBytesOf(kept), publicKeyPem()]);
    return 'problem' in found
      ? { attestation: undefined, problems: [found.problem] }
      : attestationReport({ release, kept: { ...kept, bytes: found.bytes }, checks, attestationKeyPem });
  };
};
