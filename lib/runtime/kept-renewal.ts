import { readEnvelope } from '../adapters/s3-envelope-store.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import { APPROVAL_RENEWAL, type KeptRenewal } from '../domain/records/approval-renewal.ts';
import type { Release } from '../domain/release/release.ts';
import { Envelope } from '../domain/signing/envelope.ts';

/** Reads the proof that the approval of a release was renewed; of one that never was, nothing is asked. */
export const renewalReader =
  (store: Pick<ReleaseStore, 'get'>, publicKeyPem: () => Promise<string>) =>
  async ({ releaseId, approvalRenewedAt }: Release): Promise<KeptRenewal | undefined> => {
    if (approvalRenewedAt === undefined) return undefined;
    const kept = await store.get('attestation', releaseId, APPROVAL_RENEWAL);
    if (kept === undefined) return undefined;
    const [bytes, pem] = await Promise.all([readEnvelope(kept), publicKeyPem()]);
    return { kept, envelope: Envelope.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))), publicKeyPem: pem };
  };
