import type { Change } from '../change/change.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import { fitIntoEvent, INTAKE_CHAIN } from '../ledger/event.ts';
import type { IntakeRefusal, ReleaseClaim } from '../records/intake.ts';
import type { Refusal, Violation } from '../refusal.ts';
import type { Actor } from '../release/release-event.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';

const claimed = (manifest: unknown, field: string): string => {
  if (typeof manifest !== 'object' || manifest === null || !(field in manifest)) return '';
  const value: unknown = Reflect.get(manifest, field);
  return typeof value === 'string' ? cut(value, 128) : '';
};

/** A manifest full of unknown keys can have more violations than a table item holds. The rest is only counted. */
const VIOLATIONS_MAX = 200;

const bounded = (violations: readonly Violation[]): Violation[] =>
  violations.length <= VIOLATIONS_MAX
    ? [...violations]
    : [
        ...violations.slice(0, VIOLATIONS_MAX),
        { field: 'manifest', problem: `has ${violations.length - VIOLATIONS_MAX} more problems` },
      ];

/** The record of a refused claim: every violation, and the release that it claimed to be. */
export const intakeRefusal = (claim: ReleaseClaim, why: Refusal, receivedAt: Instant): IntakeRefusal => {
  const violations = why.violations.map(({ field, problem }) => ({
    field: cut(field, 256),
    problem: cut(problem, 512),
  }));
  return {
    entity: 'refusal',
    version: 0,
    // The claim is untrusted input and may have no canonical form, so its JSON text is hashed.
    refusalId: canonicalSha256([why.code, (JSON.stringify(claim.manifest) ?? '').toWellFormed(), violations]),
    code: why.code,
    message: why.message,
    faults: bounded(violations),
    claimedReleaseId: claimed(claim.manifest, 'release_id'),
    claimedModelName: claimed(claim.manifest, 'model_name'),
    door: claim.door,
    receivedAt,
  };
};

/** Records a refusal on the intake chain: the model that the claim names may not be its own. */
export const refusalChange = (refusal: IntakeRefusal, actor: Actor | undefined): Change => ({
  model: INTAKE_CHAIN,
  event: {
    event_type: 'release_refused',
    release_id: refusal.claimedReleaseId,
    model_name: refusal.claimedModelName,
    model_version: '',
    actor_id: actor?.id ?? 'unknown',
    actor_role: actor?.role ?? 'requester',
    actor_auth: actor?.auth ?? 'manifest',
    approval_state: '',
    meaning: '',
    reason: `${refusal.code}: ${refusal.message}`,
    subject: { artifact_sha256: '', artifact_version_id: '', evidence_digest: '', record_sha256: '' },
    policy_sha256: '',
    evidence_refs: [],
    details: {
      door: refusal.door,
      refusal_id: refusal.refusalId,
      faults_total: refusal.faults.length,
      faults: fitIntoEvent(refusal.faults),
    },
    linked_incident: '',
    idempotency_key: refusal.refusalId,
  },
  writes: [{ kind: 'create', entity: refusal }],
  intents: [
    {
      intent: {
        kind: 'publish_event',
        detailType: 'Release Refused',
        detail: JSON.stringify({
          refusalId: refusal.refusalId,
          code: refusal.code,
          releaseId: refusal.claimedReleaseId,
        }),
      },
    },
  ],
});
