/** What the ledger shows of the proof of a renewal, without the bucket that it is kept in. */
import { millisecondsOf } from '../instant.ts';
import type { AuditEvent } from '../ledger/event.ts';
import { type OpenedRenewal, openRenewal } from '../records/approval-renewal.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';
import type { PublishedKey } from './signing.ts';

/** Whose signature the renewal that an event records carries; or why none counts. */
export type RenewalProof = { readonly signer: PublishedKey } | { readonly problem: string };

/** Establishes that one of these keys signed what an event says of a renewal, and that this is the proof that it names. */
export const renewalProofOf = (event: AuditEvent, keys: readonly PublishedKey[]): RenewalProof => {
  const { envelope } = event.details;
  if (envelope === undefined) return { problem: 'its proof is not there' };
  for (const signer of keys) {
    const opened = openRenewal(envelope, signer.publicKeyPem);
    if ('problem' in opened) continue;
    const departing = departures(opened, event);
    return departing.length === 0 ? { signer } : { problem: `its proof has another ${departing.join(', ')}` };
  }
  return { problem: 'no key that signed attestations then has signed its proof' };
};

/** It is signed when everything was compared, and appended soon after. */
const APPENDED_WITHIN_MS = 300_000;

const departures = ({ said, artifactSha256 }: OpenedRenewal, event: AuditEvent): string[] => {
  const { details, subject } = event;
  const late = millisecondsOf(event.timestamp) - millisecondsOf(said.renewed_at);
  const pairs: readonly (readonly [name: string, isSame: boolean])[] = [
    ['release_id', said.release_id === event.release_id],
    ['model_name', said.model_name === event.model_name],
    ['model_version', said.model_version === event.model_version],
    ['artifact_sha256', artifactSha256 === subject.artifact_sha256],
    ['evidence_digest', said.evidence_digest === subject.evidence_digest],
    ['policy_sha256', said.policy_sha256 === event.policy_sha256],
    ['renewed_at', late >= 0 && late <= APPENDED_WITHIN_MS],
    ['approved_until_before', said.approved_until_before === details['approved_until_before']],
    ['approved_until', said.approved_until === details['approved_until']],
    ['attestation_sha256', digestOf(details['envelope']) === details['attestation_sha256']],
    ['compared', isPartOf(details['compared'], said.compared)],
  ];
  return pairs.filter(([, isSame]) => !isSame).map(([name]) => name);
};

// The cast holds: what stands in an event is canonical JSON.
const digestOf = (value: unknown): string => canonicalSha256(value as CanonicalValue);

/** An event may have no room for everything that was compared. */
const isPartOf = (some: unknown, all: OpenedRenewal['said']['compared']): boolean => {
  const known = new Set(all.map(digestOf));
  return Array.isArray(some) && some.every((one) => known.has(digestOf(one)));
};
