/** What the domain asks of the world. Each port is one conversation; lib/adapters implements them on AWS. */
import type { Approval, ApprovalRequest } from './approval/approval.ts';
import type { Attestation } from './attestation/attestation.ts';
import type { KeyRotation } from './attestation/key-rotation.ts';
import type { CheckRecord } from './checks/check.ts';
import type { OutcomeRecord } from './evidence/outcome-record.ts';
import type { Instant, Sha256 } from './identifiers.ts';
import type { SealedEvent } from './ledger/chain.ts';
import type { Change } from './ledger/change.ts';
import type { Configuration } from './policy/configuration.ts';
import type { PolicyVersion } from './policy/policy.ts';
import type { Content, IntakeRefusal } from './release/intake.ts';
import type { PinnedObject, Release } from './release/release.ts';
import type { ServedVersions } from './release/served-versions.ts';
import type { DeploymentOrder } from './serving/deployment.ts';
import type { Pointer } from './serving/pointer.ts';
import type { Rollback } from './serving/rollback.ts';

export interface ReleaseStore {
  release(releaseId: string): Promise<Release | undefined>;
  releases(): Promise<Release[]>;
  releaseOfPackage(modelPackageArn: string): Promise<Release | undefined>;
  content(contentSha256: Sha256): Promise<Content | undefined>;
  refusal(refusalId: string): Promise<IntakeRefusal | undefined>;
  refusals(): Promise<IntakeRefusal[]>;
  policy(policySha256: Sha256): Promise<PolicyVersion | undefined>;
  /** The policy and the directory that releases were last requested under. */
  configuration(): Promise<Configuration | undefined>;
  checks(releaseId: string): Promise<CheckRecord[]>;
  attestations(releaseId: string): Promise<Attestation[]>;
  outcomes(releaseId: string): Promise<OutcomeRecord | undefined>;
  approvals(releaseId: string): Promise<Approval[]>;
  request(requestId: string): Promise<ApprovalRequest | undefined>;
  pointer(modelName: string): Promise<Pointer | undefined>;
  servedVersions(modelName: string): Promise<ServedVersions | undefined>;
  rollback(rollbackId: string): Promise<Rollback | undefined>;
  keyRotation(rotationId: string): Promise<KeyRotation | undefined>;
  /** The stored bytes of one event, for shipping. */
  event(model: string, seq: number): Promise<SealedEvent | undefined>;
  /** The events of a model in order, for its timeline. */
  events(model: string): Promise<SealedEvent[]>;
  /**
   * Appends the change's event to its chain and makes its writes, whole or not at all.
   * Throws `Conflict` if an entity is no longer as it was read; a chain that merely grew meanwhile is joined anew.
   */
  commit(change: Change, now: Instant): Promise<SealedEvent>;
}

/** Finds the object behind an s3:// URI and pins its present version, or says in words why it cannot be pinned. */
export interface EvidenceSource {
  pin(uri: string): Promise<PinnedObject | { readonly problem: string }>;
}

/** Signs with a key that never leaves its module. */
export interface Signer {
  readonly keyId: string;
  /** ECDSA P-256 over SHA-256 of the message, as a DER signature. */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** The public key, PEM (SubjectPublicKeyInfo). */
  publicKeyPem(): Promise<string>;
}

/** Makes and checks the message authentication code of an approval link. The page holds one that can only verify. */
export interface LinkMac {
  generate(message: Uint8Array): Promise<Uint8Array>;
  verify(message: Uint8Array, mac: Uint8Array): Promise<boolean>;
}

export type EndpointStatus =
  | { readonly status: 'in_service'; readonly endpointConfigName: string }
  | { readonly status: 'pending'; readonly endpointConfigName: string }
  | { readonly status: 'failed'; readonly reason: string };

/** An endpoint as it is found, whoever told it what to serve. */
export type FoundEndpoint = {
  /** What it serves, or served last. */
  readonly serves: string;
  /** Where an update under way leads, else what it serves. */
  readonly headsFor: string;
  /** `under_way`: it is being changed, and takes no order until that has ended. */
  readonly condition: 'in_service' | 'under_way' | 'broken';
  readonly createdAt: Instant;
};

/** `busy`: the endpoint is on its way to something else and takes no order until it has arrived; ask again. */
export type EndpointOrder = 'taken' | 'busy';

/** Puts a release behind an endpoint. Every call may be repeated. */
export interface Deployer {
  /** Creates or updates the endpoint from the model package; answers at once with the configuration it is to serve. */
  deploy(deployment: DeploymentOrder): Promise<{ endpointConfigName: string; order: EndpointOrder }>;
  status(endpointName: string, endpointConfigName: string): Promise<EndpointStatus>;
}
