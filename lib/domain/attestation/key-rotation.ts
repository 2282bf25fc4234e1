import type { Change } from '../change/change.ts';
import { executionName } from '../change/execution-name.ts';
import { withinBound } from '../change/refusal-bounds.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { CONFIGURATION_CHAIN, type EventDraft } from '../ledger/event.ts';
import type { KeyRotation } from '../records/key-rotation.ts';
import { type Actor, eventWithoutRelease } from '../release/release-event.ts';
import { sha256 } from '../signing/canonical-json.ts';

/** The keys that sign from now on. */
export type SigningKeyIds = { readonly recordKeyId: string; readonly attestationKeyId: string };

/** How many envelopes were re-signed, and how many must not be, because the ledger does not know them. */
export type RenewalCounts = { readonly renewed: number; readonly refused: number };

export const rotationId = ({ recordKeyId, attestationKeyId }: SigningKeyIds): string =>
  `rotation-${sha256(`${recordKeyId}\n${attestationKeyId}`).slice(0, 16)}`;

type RotationClaim = { readonly actor: Actor; readonly reason: string; readonly linkedIncident: string };

/**
 * Afterwards there is one rotation to these keys, under way or completed. One that broke, re-signed nothing or refused
 * an envelope is tried again when it is requested again, as often as the bound allows.
 */
export const askKeyRotation = (
  { actor, reason, linkedIncident }: RotationClaim,
  keys: SigningKeyIds,
  store: ReleaseStore,
  now: () => Instant,
): Promise<{ rotation: KeyRotation; outcome: 'requested' | 'known' }> =>
  untilCommitted(async () => {
    const earlier = await store.get('key_rotation', rotationId(keys));
    if (earlier !== undefined && !isWorthAnotherTry(earlier)) return { rotation: earlier, outcome: 'known' };
    const rotation: KeyRotation = {
      entity: 'key_rotation',
      version: earlier?.version ?? 0,
      rotationId: rotationId(keys),
      attempt: (earlier?.attempt ?? 0) + 1,
      status: 'requested',
      recordKeyId: keys.recordKeyId,
      attestationKeyId: keys.attestationKeyId,
      initiatedBy: actor.id,
      actorRole: actor.role,
      actorAuth: actor.auth,
      reason,
      linkedIncident,
      requestedAt: now(),
      renewed: 0,
      refused: 0,
    };
    const change = requested(rotation, earlier === undefined ? 'create' : 'replace');
    // One that finds nothing to re-sign can be asked for without end, and each is two events.
    const place = { bound: 'key_rotation', by: [actor.id] } as const;
    await store.commit(await withinBound(change, place, store, now()), now());
    return { rotation, outcome: 'requested' };
  });

const isWorthAnotherTry = ({ status, renewed, refused }: KeyRotation): boolean =>
  status === 'faulted' || (status === 'completed' && (renewed === 0 || refused > 0));

const requested = (rotation: KeyRotation, kind: 'create' | 'replace'): Change => ({
  model: CONFIGURATION_CHAIN,
  event: rotationEvent(rotation, 'key_rotation_requested'),
  writes: [{ kind, entity: rotation }],
  intents: [
    {
      intent: {
        kind: 'start_execution',
        machine: 'rotation',
        name: executionOf(rotation),
        input: JSON.stringify({ rotationId: rotation.rotationId }),
      },
    },
  ],
});

const executionOf = ({ rotationId: id, attempt, requestedAt }: KeyRotation): string =>
  executionName(id, attempt, requestedAt);

/** Whether an execution was started for the last attempt. A former version named it after the attempt alone, and no row says which did. */
export const isOfRotation = (rotation: KeyRotation, name: string): boolean =>
  [executionOf(rotation), `${rotation.rotationId}-${rotation.attempt}`].includes(name);

/** The new public keys. They go into the event, so that the ledger itself says what to verify with from now on. */
export type PublicKeys = { readonly record: string; readonly attestation: string };

/** Records that every release has been processed. */
export const completeRotation = (
  rotation: KeyRotation,
  { renewed, refused }: RenewalCounts,
  publicKeys: PublicKeys,
  now: Instant,
): Change => {
  const after: KeyRotation = { ...rotation, status: 'completed', completedAt: now, renewed, refused };
  return {
    model: CONFIGURATION_CHAIN,
    event: rotationEvent(after, 'key_rotation_completed', {
      renewed,
      refused,
      record_public_key: publicKeys.record,
      attestation_public_key: publicKeys.attestation,
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [],
  };
};

/** Records that the rotation broke. What has been re-signed so far stays, and the rotation can be requested again. */
export const faultRotation = (rotation: KeyRotation, error: string): Change => {
  const after: KeyRotation = { ...rotation, status: 'faulted' };
  return {
    model: CONFIGURATION_CHAIN,
    event: rotationEvent(after, 'key_rotation_faulted', { error }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [],
  };
};

const rotationEvent = (
  rotation: KeyRotation,
  event_type: EventDraft['event_type'],
  details: EventDraft['details'] = {},
): EventDraft => {
  const actor: Actor = { id: rotation.initiatedBy, role: rotation.actorRole, auth: rotation.actorAuth };
  return eventWithoutRelease(actor, {
    event_type,
    reason: rotation.reason,
    details: {
      rotation_id: rotation.rotationId,
      attempt: rotation.attempt,
      record_key_id: rotation.recordKeyId,
      attestation_key_id: rotation.attestationKeyId,
      ...details,
    },
    linked_incident: rotation.linkedIncident,
    idempotency_key: `${rotation.rotationId}:${rotation.attempt}:${event_type}`,
  });
};
