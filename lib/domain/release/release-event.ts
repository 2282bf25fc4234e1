import type { EventDraft } from '../ledger/event.ts';
import type { Release } from './release.ts';

/** Who did something, in which role, and how they were authenticated. */
export type Actor = { readonly id: string; readonly role: string; readonly auth: string };

/** The product itself, acting by policy. */
export const ASSAY: Actor = { id: 'assay', role: 'system', auth: 'execution_role' };

type Said = Pick<EventDraft, 'event_type' | 'idempotency_key'> &
  Partial<Pick<EventDraft, 'reason' | 'meaning' | 'evidence_refs' | 'details' | 'linked_incident'>>;

/**
 * Drafts an event about a release as it will be after the change. State, subject, policy digest and change request are taken
 * from the release.
 */
export const releaseEvent = (after: Release, actor: Actor, { details, ...said }: Said): EventDraft => ({
  release_id: after.releaseId,
  model_name: after.modelName,
  model_version: after.modelVersion,
  actor_id: actor.id,
  actor_role: actor.role,
  actor_auth: actor.auth,
  approval_state: after.state,
  meaning: '',
  reason: '',
  subject: {
    artifact_sha256: after.pinned?.artifactSha256 ?? '',
    artifact_version_id: after.sources.artifact.versionId,
    evidence_digest: after.evidenceDigest ?? '',
    record_sha256: after.recordSha256 ?? '',
  },
  policy_sha256: after.policySha256,
  evidence_refs: [],
  details: { ...details, ...ofChange(after) },
  linked_incident: '',
  ...said,
});

/** The change request of an organization, by which people find all that belongs to it. */
const ofChange = ({ manifest: { change_id } }: Release) => (change_id === undefined ? {} : { change_id });

/** Drafts an event that is about no release. */
export const eventWithoutRelease = (
  actor: Actor,
  said: Said & Partial<Pick<EventDraft, 'model_name' | 'policy_sha256'>>,
): EventDraft => ({
  release_id: '',
  model_name: '',
  model_version: '',
  actor_id: actor.id,
  actor_role: actor.role,
  actor_auth: actor.auth,
  approval_state: '',
  meaning: '',
  reason: '',
  subject: { artifact_sha256: '', artifact_version_id: '', evidence_digest: '', record_sha256: '' },
  policy_sha256: '',
  evidence_refs: [],
  details: {},
  linked_incident: '',
  ...said,
});
