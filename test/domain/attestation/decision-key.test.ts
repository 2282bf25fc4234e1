import { describe, expect, it } from 'vitest';
import { publishAttestationKey, publishDecisionKey } from '../../../lib/domain/attestation/decision-key.ts';
import { LOG_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { NOW } from '../../support/approval-case.ts';
import { DECISION_KEY, OTHER_KEY } from '../../support/decision-key.ts';
import { type MemoryReleaseStore, memoryReleaseStore } from '../../support/memory-release-store.ts';
import { LOG_PUBLIC_KEY } from '../ledger/a-ledger.ts';

const publish = (store: MemoryReleaseStore, { signer } = DECISION_KEY) => publishDecisionKey(signer, store, () => NOW);
const eventsOf = async (store: MemoryReleaseStore) => (await store.events(LOG_CHAIN)).map(({ event }) => event);

describe('the log writer, about the key of decisions (AU-11)', () => {
  it('publishes it once, however often it runs', async () => {
    const store = memoryReleaseStore();

    for (let run = 0; run < 3; run += 1) await publish(store);

    expect(await eventsOf(store)).toMatchObject([
      {
        event_type: 'decision_key_published',
        actor_role: 'system',
        details: { key_id: 'decision-key', public_key: DECISION_KEY.pem },
      },
    ]);
  });

  it('publishes it once when two of its runs do so at once', async () => {
    const store = memoryReleaseStore();
    store.beforeNextCommit(() => publish(store));

    await publish(store);

    expect(await eventsOf(store)).toHaveLength(1);
  });

  it('publishes the next generation as well', async () => {
    const store = memoryReleaseStore();

    await publish(store);
    await publish(store, OTHER_KEY);
    await publish(store, DECISION_KEY);

    expect((await eventsOf(store)).map(({ details }) => details['key_id'])).toEqual(['decision-key', 'other-key']);
  });

  it('publishes that of attestations beside it, by an event of its own', async () => {
    const store = memoryReleaseStore();
    await publish(store);

    for (let run = 0; run < 2; run += 1) await publishAttestationKey(OTHER_KEY.signer, store, () => NOW);

    expect(await eventsOf(store)).toMatchObject([
      { event_type: 'decision_key_published' },
      { event_type: 'attestation_key_published', details: { key_id: 'other-key', public_key: OTHER_KEY.pem } },
    ]);
  });

  it.each(['no key', LOG_PUBLIC_KEY])('publishes nothing that could not be verified with', async (pem) => {
    const store = memoryReleaseStore();
    const signer = { keyId: 'strange', publicKeyPem: async () => pem };

    await expect(publishDecisionKey(signer, store, () => NOW)).rejects.toThrow('could not publish strange');

    expect(await eventsOf(store)).toEqual([]);
  });
});
