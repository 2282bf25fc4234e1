import { describe, expect, it } from 'vitest';
import { askKeyRotation, completeRotation, faultRotation } from '../../../lib/domain/attestation/key-rotation.ts';
import { CONFIGURATION_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { intended, resulting } from '../../support/release-life.ts';

const KEYS = { recordKeyId: 'record-2', attestationKeyId: 'attestation-2' };
const CLAIM = {
  actor: { id: 'oscar', role: 'operator', auth: 'jwt' },
  reason: 'a laptop was stolen',
  linkedIncident: 'INC-9',
};
const now = () => NOW;
const PUBLIC = { record: 'PEM of the record key', attestation: 'PEM of the attestation key' };

describe('a rotation of keys (SG-4)', () => {
  it('is one for the keys that sign now, with its execution and its reason on record', async () => {
    const store = memoryReleaseStore();

    const first = await askKeyRotation(CLAIM, KEYS, store, now);
    const second = await askKeyRotation({ ...CLAIM, reason: 'again' }, KEYS, store, now);

    expect(first).toMatchObject({ outcome: 'requested', rotation: { status: 'requested', attempt: 1, ...KEYS } });
    expect(second).toMatchObject({ outcome: 'known', rotation: { reason: CLAIM.reason } });
    expect((await store.events(CONFIGURATION_CHAIN)).map(({ event }) => event)).toMatchObject([
      {
        event_type: 'key_rotation_requested',
        actor_id: 'oscar',
        reason: CLAIM.reason,
        linked_incident: 'INC-9',
        details: { record_key_id: 'record-2', attestation_key_id: 'attestation-2' },
      },
    ]);
  });

  it('is another one for other keys', async () => {
    const store = memoryReleaseStore();

    const { rotation } = await askKeyRotation(CLAIM, KEYS, store, now);
    const other = await askKeyRotation(CLAIM, { ...KEYS, recordKeyId: 'record-3' }, store, now);

    expect(other.outcome).toBe('requested');
    expect(other.rotation.rotationId).not.toBe(rotation.rotationId);
  });

  it.each([
    ['it broke', 'faulted', 3, 0, 'requested'],
    ['some of it was refused', 'completed', 3, 1, 'requested'],
    ['there was nothing to re-sign', 'completed', 0, 0, 'requested'],
    ['all of it was re-signed', 'completed', 3, 0, 'known'],
  ] as const)('asked for again when %s, is tried as it should', async (_, status, renewed, refused, outcome) => {
    const store = memoryReleaseStore();
    const { rotation } = await askKeyRotation(CLAIM, KEYS, store, now);
    const read = { ...rotation, version: 1 };
    const counts = { renewed, refused };
    await store.commit(
      status === 'faulted' ? faultRotation(read, 'timeout') : completeRotation(read, counts, PUBLIC, NOW),
      NOW,
    );

    const again = await askKeyRotation(CLAIM, KEYS, store, now);

    expect(again).toMatchObject({
      outcome,
      rotation: { attempt: outcome === 'requested' ? 2 : 1, rotationId: rotation.rotationId },
    });
  });

  it('is not asked for without end where there is nothing to re-sign', async () => {
    const store = memoryReleaseStore();
    const ask = async () => {
      const { rotation } = await askKeyRotation(CLAIM, KEYS, store, now);
      const read = { ...rotation, version: (await store.get('key_rotation', rotation.rotationId))?.version ?? 0 };
      await store.commit(completeRotation(read, { renewed: 0, refused: 0 }, PUBLIC, NOW), NOW);
    };
    for (let time = 1; time <= 12; time += 1) await ask();

    await expect(ask()).rejects.toThrow('oscar: asked 12 times today');
    expect(await store.events(CONFIGURATION_CHAIN)).toHaveLength(24);
    expect((await askKeyRotation({ ...CLAIM, actor: { ...CLAIM.actor, id: 'omar' } }, KEYS, store, now)).outcome).toBe(
      'requested',
    );
  });

  it('tells the ledger, when it is completed, what to verify by from now on', async () => {
    const { rotation } = await askKeyRotation(CLAIM, KEYS, memoryReleaseStore(), now);

    const change = completeRotation(rotation, { renewed: 7, refused: 0 }, PUBLIC, NOW);

    expect(resulting(change, 'key_rotation')).toMatchObject({ status: 'completed', completedAt: NOW, renewed: 7 });
    expect(change.event).toMatchObject({
      event_type: 'key_rotation_completed',
      details: { renewed: 7, record_public_key: PUBLIC.record, attestation_public_key: PUBLIC.attestation },
    });
    expect(intended(change)).toEqual([]);
  });
});
