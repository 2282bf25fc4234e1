import type { OutcomeRecord } from '../evidence/outcome-record.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import type { SealedEvent } from '../ledger/chain.ts';
import type { PolicyVersion } from '../policy/policy-record.ts';
import type { Approval, ApprovalRequest } from '../records/approval.ts';
import type { Attestation } from '../records/attestation.ts';
import type { CheckRecord } from '../records/check-record.ts';
import type { Configuration } from '../records/configuration.ts';
import type { Content, IntakeRefusal } from '../records/intake.ts';
import type { KeyRotation } from '../records/key-rotation.ts';
import type { Pointer } from '../records/pointer.ts';
import type { Rollback } from '../records/rollback.ts';
import type { ServedVersions } from '../records/served-versions.ts';
import type { Release } from '../release/release.ts';
import type { Change } from './change.ts';

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
